// Which institution the pages show: in the address, so that a view can be shared.
import {useQuery} from "@tanstack/react-query";
import {useNavigate, useSearch} from "@tanstack/react-router";

import {answer, api, type Schemas} from "../api/client";

export function useInstitutions() {
  return useQuery({
    queryKey: ["institutions"],
    staleTime: 300_000,
    queryFn: async () => (await answer<Schemas["Institution"][]>(api.GET("/institutions"))).data,
  });
}

// What of an address stays when another page is gone to.
export function place(search: {in?: string; account?: string}) {
  return {...(search.in ? {in: search.in} : {}), ...(search.account ? {account: search.account} : {})};
}

// The subdomain in the address; empty until there is one.
export function useSubdomain(): string {
  const search: {in?: string} = useSearch({strict: false});
  return search.in ?? "";
}

export function useChooseInstitution() {
  const navigate = useNavigate();
  return (subdomain: string, replace = false) =>
    navigate({to: ".", search: (old: Record<string, unknown>) => ({...old, in: subdomain}), replace});
}

// The locations of the institution that is shown, and whether it is known yet which that is.
function useShown() {
  const subdomain = useSubdomain();
  const {data: rows = [], isPending} = useInstitutions();
  const known = !isPending && (subdomain !== "" || rows.length === 0);
  return {known, locations: rows.find((row) => row.subdomain === subdomain)?.locations ?? []};
}

// Of times that are of no location: the zone of the first one. Undefined until that is known.
export function useZone() {
  const {known, locations} = useShown();
  return known ? locations[0]?.tz ?? null : undefined;
}

// A location's zone and name, by its id.
export function useLocations() {
  return new Map(useShown().locations.map((row) => [row.id, row]));
}
