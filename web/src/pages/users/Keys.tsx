// API keys: what each may do and for how long; the keys themselves nobody can see.
import {useQuery} from "@tanstack/react-query";

import {answer, api, type Schemas} from "../../api/client";
import {type Column, Rows} from "../../components/Rows";
import {Empty, Fault, Loading} from "../../components/states";
import {Status} from "../../components/Status";
import {Time} from "../../components/Time";

type Key = Schemas["Key"];

function stateOf({revoked_at, expires_at}: Key) {
  if (revoked_at !== null) return "revoked";
  return expires_at !== null && Date.parse(expires_at) <= Date.now() ? "expired" : "active";
}

const placesOf = ({institutions}: Key) =>
  institutions.map((name) => name === "*" ? "all" : name).join(", ");
const limitOf = ({requests_per_second: limit}: Key) => limit === 0 ? "none" : `${limit} a second`;

const COLUMNS: Column<Key>[] = [
  {title: "Name", show: (row) => row.name, text: (row) => row.name},
  {title: "State", show: (row) => <Status value={stateOf(row)} />, text: stateOf},
  {title: "Institutions", show: placesOf, text: placesOf},
  {title: "Scopes", show: (row) => row.scopes.join(", "), text: (row) => row.scopes.join(" ")},
  {title: "Limit", show: limitOf, text: (row) => row.requests_per_second},
  {title: "Expires", show: (row) => row.expires_at ? <Time at={row.expires_at} /> : "never",
   text: (row) => row.expires_at},
  {title: "Since", show: (row) => <Time at={row.created_at} />, text: (row) => row.created_at},
];

export function Keys() {
  const keys = useQuery({
    queryKey: ["keys"],
    queryFn: async () => (await answer<Key[]>(api.GET("/api/v1/keys"))).data,
  });
  if (keys.isPending) return <Loading />;
  if (keys.isError) return <Fault error={keys.error} again={() => void keys.refetch()} />;
  if (keys.data.length === 0)
    return <Empty title="No keys yet">Programs cannot call, and there are no endpoints.</Empty>;
  return <Rows name="keys" columns={COLUMNS} rows={keys.data} keyOf={(row) => String(row.id)} />;
}
