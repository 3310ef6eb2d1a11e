// The institution's sources, those that need somebody first.
import {useQuery} from "@tanstack/react-query";

import {answer, api, BY_ITSELF, type Schemas} from "../../api/client";
import {useSubdomain} from "../../shell/institution";

export type Source = Schemas["Source"];

const EVERY = 3_000;

function urgency(source: Source) {
  return (source.read_status === "red" ? 2 : 0) + (source.write_status === "red" ? 1 : 0);
}

function sorted(rows: Source[]) {
  return rows.toSorted((a, b) => urgency(b) - urgency(a) || a.name.localeCompare(b.name));
}

export function useSources() {
  const subdomain = useSubdomain();
  return useQuery({
    queryKey: ["sources", subdomain],
    enabled: subdomain !== "",
    refetchInterval: EVERY,
    queryFn: async () => sorted((await answer<Source[]>(
      api.GET("/api/v1/sources", {...BY_ITSELF, params: {query: {subdomain}}}))).data),
  });
}

export const withheld = (source: Source) =>
  source.withheld_removals.reduce((all, row) => all + row.missing, 0);
