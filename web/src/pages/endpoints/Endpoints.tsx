// Endpoints: where events are sent to, how each of them is, and one of them whole.
import {Button} from "@mantine/core";

import type {Schemas} from "../../api/client";
import {Page} from "../../components/Page";
import {type Column, Rows} from "../../components/Rows";
import {Empty, Fault, Loading} from "../../components/states";
import {Status} from "../../components/Status";
import {Time} from "../../components/Time";
import {usePageSearch} from "../../shell/search";
import {mayAct, useWho} from "../../shell/session";
import {EndpointDetail} from "./EndpointDetail";
import {NewEndpoint} from "./NewEndpoint";
import {healthOf, useEndpoints} from "./useEndpoints";

type Endpoint = Schemas["EndpointWhole"];

const percent = (rate: number | null) => rate === null ? "–" : `${(rate * 100).toFixed(1)} %`;

const COLUMNS: Column<Endpoint>[] = [
  {title: "Address", show: (row) => row.target_url, text: (row) => row.target_url},
  {title: "Health", show: (row) => <Status value={healthOf(row)} />, text: healthOf},
  {title: "Answered well", show: (row) => percent(row.health.success_rate),
   text: (row) => row.health.success_rate},
  {title: "Failed", show: (row) => row.health.retries_waiting.count + row.health.dead_letters.count,
   text: (row) => row.health.retries_waiting.count + row.health.dead_letters.count},
  {title: "Last success", show: (row) => <Time at={row.health.last_success_at} />,
   text: (row) => row.health.last_success_at},
  {title: "Description", show: (row) => <span dir="auto">{row.description ?? "–"}</span>,
   text: (row) => row.description},
];

export function Endpoints() {
  const {search, change} = usePageSearch<"endpoint" | "new">();
  const endpoints = useEndpoints();
  const rows = endpoints.data ?? [];
  const chosen = rows.find((row) => String(row.id) === search.endpoint);
  const operator = mayAct(useWho(), "operator");
  const add = operator && <Button onClick={() => change({new: "1"})}>New endpoint</Button>;
  return (
    <Page title="Endpoints" acts={add}>
      {operator && search.new === "1" && (
        <NewEndpoint close={() => change({new: ""})}
                     made={(id) => change({new: "", endpoint: String(id)})} />)}
      {endpoints.isPending && <Loading />}
      {endpoints.isError && <Fault error={endpoints.error} again={() => void endpoints.refetch()} />}
      {endpoints.isSuccess && rows.length === 0 && (
        <Empty title="No endpoints yet">
          An endpoint is an address of a program of yours. Make one, subscribe it to events, and
          what changes in the practice is sent there.
        </Empty>)}
      <div className={chosen ? "split open" : "split"}>
        {rows.length > 0 && (
          <div>
            <Rows name="endpoints" columns={COLUMNS} rows={rows} keyOf={(row) => String(row.id)}
                  chosen={search.endpoint} height={Math.min(560, 60 + rows.length * 42)}
                  choose={(row) => change({endpoint: String(row.id)})} />
          </div>)}
        {chosen && <EndpointDetail key={chosen.id} endpoint={chosen}
                                   close={() => change({endpoint: ""})} />}
      </div>
    </Page>
  );
}
