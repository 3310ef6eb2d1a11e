// Events: the newest first, what of them is wanted, and one of them whole.
import {Button, Group, Select, TextInput} from "@mantine/core";
import {useInfiniteQuery, useQuery} from "@tanstack/react-query";
import {useNavigate, useSearch} from "@tanstack/react-router";

import {answer, api, type Schemas} from "../../api/client";
import {Page} from "../../components/Page";
import {type Column, Rows} from "../../components/Rows";
import {Empty, Fault, Loading} from "../../components/states";
import {Time} from "../../components/Time";
import {EventDetail} from "./EventDetail";

type EventRow = Schemas["EventRow"];

interface Search {
  in?: string;
  type?: string;
  resource?: string;
  since?: string;
  event?: string;
}

const COLUMNS: Column<EventRow>[] = [
  {title: "Time", show: (row) => <Time at={row.event_time} />, text: (row) => row.event_time},
  {title: "Event", show: (row) => row.event, text: (row) => row.event},
  {title: "Resource", show: (row) => `${row.resource_type} ${row.resource_id ?? ""}`,
   text: (row) => row.resource_id},
  {title: "Location", show: (row) => row.location_id ?? "–", text: (row) => row.location_id},
  {title: "Id", show: (row) => <span className="code">{row.id}</span>, text: (row) => row.id},
];

function useEvents(search: Search) {
  const subdomain = search.in ?? "";
  return useInfiniteQuery({
    queryKey: ["events", search],
    enabled: subdomain !== "",
    initialPageParam: undefined as string | undefined,
    queryFn: ({pageParam}) => answer<EventRow[]>(api.GET("/api/v1/events", {params: {query: {
      subdomain, limit: 200,
      ...(search.type ? {event: search.type} : {}),
      ...(search.resource ? {resource_id: Number(search.resource)} : {}),
      ...(search.since ? {since: search.since} : {}),
      ...(pageParam === undefined ? {} : {cursor: pageParam}),
    }}})),
    getNextPageParam: (last) => last.page?.next_cursor ?? undefined,
  });
}

// The names that can be subscribed to, as the server has them.
function useEventNames() {
  return useQuery({
    queryKey: ["openapi-webhooks"],
    staleTime: Infinity,
    queryFn: async () => {
      const document = await (await fetch("/openapi.json")).json() as {webhooks: object};
      return Object.keys(document.webhooks);
    },
  });
}

function Filters({search, change}: {search: Search; change: (part: Partial<Search>) => void}) {
  const names = useEventNames();
  return (
    <Group gap="sm" align="flex-end">
      <Select label="Event" placeholder="All" clearable searchable w={260} data={names.data ?? []}
              value={search.type ?? null} onChange={(value) => change({type: value ?? ""})} />
      <TextInput label="Resource id" inputMode="numeric" w={140} defaultValue={search.resource ?? ""}
                 key={search.resource ?? ""}
                 onBlur={(event) => change({resource: event.currentTarget.value.trim()})} />
      <TextInput label="Since (UTC)" type="datetime-local" w={220}
                 defaultValue={search.since ?? ""} key={search.since ?? "since"}
                 onBlur={(event) => change({since: event.currentTarget.value})} />
      <Button variant="default" onClick={() => change({type: "", resource: "", since: ""})}>
        Clear
      </Button>
    </Group>
  );
}

export function Events() {
  const search: Search = useSearch({strict: false});
  const navigate = useNavigate();
  const events = useEvents(search);
  const change = (part: Partial<Search>) =>
    void navigate({to: ".", search: (old: Search) => Object.fromEntries(
      Object.entries({...old, ...part}).filter(([, value]) => value !== "" && value !== undefined))});
  const rows = events.data?.pages.flatMap((page) => page.data) ?? [];
  return (
    <Page title="Events" acts={
      <Button variant="default" onClick={() => void events.refetch()}
              loading={events.isRefetching}>Refresh</Button>}>
      <Filters search={search} change={change} />
      {events.isPending && <Loading />}
      {events.isError && <Fault error={events.error} again={() => void events.refetch()} />}
      {events.isSuccess && rows.length === 0 && (
        <Empty title="No such events">
          Nothing in this institution's log fits. Changes in the record system become events within
          moments; the first reading of a source makes none.
        </Empty>)}
      {rows.length > 0 && (
        <div className={search.event ? "split open" : "split"}>
          <div>
            <Rows name="events" columns={COLUMNS} rows={rows} keyOf={(row) => row.id}
                  chosen={search.event} choose={(row) => change({event: row.id})}
                  more={events.hasNextPage ? () => void events.fetchNextPage() : undefined}
                  loadingMore={events.isFetchingNextPage} />
          </div>
          {search.event && <EventDetail id={search.event} close={() => change({event: ""})} />}
        </div>)}
    </Page>
  );
}
