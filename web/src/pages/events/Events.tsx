// Events: the newest first, what of them is wanted, and one of them whole.
import {Button, Text} from "@mantine/core";
import {useInfiniteQuery} from "@tanstack/react-query";

import {answer, api, type Schemas} from "../../api/client";
import {Page} from "../../components/Page";
import {type Column, Rows} from "../../components/Rows";
import {Empty, Fault, Loading} from "../../components/states";
import {Time} from "../../components/Time";
import {useLocations, useSubdomain} from "../../shell/institution";
import {usePageSearch} from "../../shell/search";
import {EventDetail} from "./EventDetail";
import {type EventSearch, Filters} from "./Filters";
import {type Tail, useTail} from "./useTail";

type EventRow = Schemas["EventRow"];

function useEvents({type, resource, since}: EventSearch) {
  const subdomain = useSubdomain();
  return useInfiniteQuery({
    queryKey: ["events", subdomain, type, resource, since],
    enabled: subdomain !== "",
    initialPageParam: undefined as string | undefined,
    queryFn: ({pageParam}) => answer<EventRow[]>(api.GET("/api/v1/events", {params: {query: {
      subdomain, limit: 200,
      ...(type ? {event: type} : {}),
      ...(resource ? {resource_id: Number(resource)} : {}),
      ...(since ? {since} : {}),
      ...(pageParam === undefined ? {} : {cursor: pageParam}),
    }}})),
    getNextPageParam: (last) => last.page?.next_cursor ?? undefined,
  });
}

function fits(row: EventRow, {type, resource}: EventSearch) {
  return (!type || row.event === type) && (!resource || String(row.resource_id) === resource);
}

// What came lately above what was there; where the tail has let go of some there would be a gap
// between the two.
function joined({rows, full}: Tail, older: EventRow[], search: EventSearch) {
  const known = new Set(rows.map((row) => row.id));
  const fitting = rows.filter((row) => fits(row, search));
  return full ? fitting : [...fitting, ...older.filter((row) => !known.has(row.id))];
}

function useColumns(): Column<EventRow>[] {
  const places = useLocations();
  const place = (row: EventRow) => places.get(row.location_id ?? 0);
  return [
    {title: "Time", show: (row) => <Time at={row.event_time} zone={place(row)?.tz} />,
     text: (row) => row.event_time},
    {title: "Event", show: (row) => row.event, text: (row) => row.event},
    {title: "Resource", show: (row) => `${row.resource_type} ${row.resource_id ?? ""}`,
     text: (row) => `${row.resource_type} ${row.resource_id ?? ""}`},
    {title: "Location", show: (row) => place(row)?.name ?? "–", text: (row) => row.location_id},
    {title: "Id", show: (row) => <span className="code">{row.id}</span>, text: (row) => row.id},
  ];
}

export function Events() {
  const {search, change} = usePageSearch<"type" | "resource" | "since" | "event" | "live">();
  const events = useEvents(search);
  const tail = useTail(useSubdomain(), search.live === "1");
  const columns = useColumns();
  const rows = joined(tail, events.data?.pages.flatMap((page) => page.data) ?? [], search);
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
      <div className={search.event ? "split open" : "split"}>
        {rows.length > 0 && (
          <div>
            <Rows name="events" columns={columns} rows={rows} keyOf={(row) => row.id}
                  chosen={search.event} choose={(row) => change({event: row.id})}
                  more={events.hasNextPage && !tail.full ? () => void events.fetchNextPage() : undefined}
                  loadingMore={events.isFetchingNextPage} />
            {tail.full && <Text size="sm" c="dimmed">
              The newest alone. What came before is there without “Live”.</Text>}
          </div>)}
        {search.event && <EventDetail id={search.event} close={() => change({event: ""})} />}
      </div>
    </Page>
  );
}
