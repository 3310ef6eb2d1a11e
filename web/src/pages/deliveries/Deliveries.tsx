// Deliveries of one endpoint: what failed first, each with its attempts, and sent again from here.
import {Group, SegmentedControl, Select} from "@mantine/core";

import {answer, api, type Schemas} from "../../api/client";
import {Act} from "../../components/Act";
import {Page} from "../../components/Page";
import {type Column, Rows} from "../../components/Rows";
import {Empty, Fault, Loading} from "../../components/states";
import {Status} from "../../components/Status";
import {Time} from "../../components/Time";
import {usePageSearch} from "../../shell/search";
import {mayAct, useWho} from "../../shell/session";
import {useEndpoints} from "../endpoints/useEndpoints";
import {EventDetail} from "../events/EventDetail";
import {type DeliveryRow, type State, useDeliveries} from "./lists";

type Endpoint = Schemas["EndpointWhole"];

const EVER = "1970-01-01T00:00:00Z";

const COLUMNS: Record<State, Column<DeliveryRow>[]> = {
  retrying: columns("First tried", true),
  dead: columns("Given up", false),
  all: columns("Tried", false),
};

function columns(time: string, waits: boolean): Column<DeliveryRow>[] {
  return [
    {title: time, show: (row) => <Time at={row.at} />, text: (row) => row.at},
    {title: "How it stands", show: (row) => <Status value={row.outcome} />,
     text: (row) => row.outcome},
    {title: "Attempts", show: (row) => row.attempts, text: (row) => row.attempts},
    ...(waits ? [{title: "Next", show: (row: DeliveryRow) => <Time at={row.next} />,
                  text: (row: DeliveryRow) => row.next}] : []),
    {title: "Event", show: (row) => <span className="code">{row.event_id}</span>,
     text: (row) => row.event_id},
  ];
}

const NOTHING: Record<State, [string, string]> = {
  retrying: ["Nothing waits to be tried again", "Every delivery of this endpoint has arrived, was given up, or is on its way."],
  dead: ["Nothing was given up", "A delivery is given up when the last attempt of its schedule has failed."],
  all: ["No attempts yet", "The first one is made when an event comes that this endpoint has a subscription to."],
};

function failuresOf({health}: Endpoint) {
  return {retrying: health.retries_waiting, dead: health.dead_letters};
}

// The one in the address, or the one with most that failed.
function chosen(rows: Endpoint[], id: string | undefined) {
  const named = rows.find((row) => String(row.id) === id);
  const failed = (row: Endpoint) => row.health.retries_waiting.count + row.health.dead_letters.count;
  return named ?? [...rows].sort((a, b) => failed(b) - failed(a))[0];
}

function stateOf(text: string | undefined, endpoint: Endpoint | undefined): State {
  if (text === "retrying" || text === "dead" || text === "all") return text;
  return endpoint && failuresOf(endpoint).retrying.count === 0 && failuresOf(endpoint).dead.count > 0
    ? "dead" : "retrying";
}

const counted = (title: string, {count, more}: {count: number; more: boolean}) =>
  `${title} (${count}${more ? "+" : ""})`;

function List({endpoint, state}: {endpoint: Endpoint; state: State}) {
  const {search, change} = usePageSearch<"event">();
  const list = useDeliveries(endpoint.id, state);
  const rows = list.data?.pages.flatMap((page) => page.data) ?? [];
  if (list.isPending) return <Loading />;
  if (list.isError) return <Fault error={list.error} again={() => void list.refetch()} />;
  const [title, words] = NOTHING[state];
  return (
    <div className={search.event ? "split open" : "split"}>
      <div aria-live="polite">
        {rows.length === 0 ? <Empty title={title}>{words}</Empty> : (
          <Rows name="deliveries" columns={COLUMNS[state]} rows={rows} keyOf={(row) => row.key}
                choose={(row) => change({event: row.event_id})}
                more={list.hasNextPage ? () => void list.fetchNextPage() : undefined}
                loadingMore={list.isFetchingNextPage} />)}
      </div>
      {search.event && <EventDetail id={search.event} close={() => change({event: ""})} />}
    </div>
  );
}

function RetryAll({endpoint}: {endpoint: Endpoint}) {
  const who = useWho();
  const {retrying, dead} = failuresOf(endpoint);
  if (!mayAct(who, "operator") || retrying.count + dead.count === 0) return null;
  return (
    <Act ask={`All that failed at ${endpoint.target_url} is due at once, in the order of its log.`}
         variant="filled" run={() => answer(api.POST("/api/v1/endpoints/{id}/retry_failed", {
           params: {path: {id: endpoint.id}}, body: {since: EVER}}))}>
      Send all again
    </Act>
  );
}

export function Deliveries() {
  const {search, change} = usePageSearch<"endpoint" | "state" | "event">();
  const endpoints = useEndpoints();
  const rows = endpoints.data ?? [];
  const endpoint = chosen(rows, search.endpoint);
  const state = stateOf(search.state, endpoint);
  return (
    <Page title="Deliveries" acts={endpoint && <RetryAll endpoint={endpoint} />}>
      {endpoints.isPending && <Loading />}
      {endpoints.isError && <Fault error={endpoints.error} again={() => void endpoints.refetch()} />}
      {endpoints.isSuccess && !endpoint && (
        <Empty title="No endpoints yet">Deliveries go to endpoints; there is none.</Empty>)}
      {endpoint && (
        <>
          <Group gap="sm" align="flex-end">
            <Select label="Endpoint" w={320} allowDeselect={false} value={String(endpoint.id)}
                    data={rows.map((row) => ({value: String(row.id), label: row.target_url}))}
                    onChange={(value) => change({endpoint: value ?? "", event: ""})} />
            <SegmentedControl aria-label="Which deliveries" value={state}
                              onChange={(value) => change({state: value})} data={[
              {value: "retrying", label: counted("Tried again", failuresOf(endpoint).retrying)},
              {value: "dead", label: counted("Given up", failuresOf(endpoint).dead)},
              {value: "all", label: "All attempts"},
            ]} />
          </Group>
          <List key={`${endpoint.id} ${state}`} endpoint={endpoint} state={state} />
        </>)}
    </Page>
  );
}
