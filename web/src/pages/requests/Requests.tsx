// Requests: what patients have asked for at locations without a record system, for the front desk.
import {Group, SegmentedControl, Select} from "@mantine/core";

import {civilDay} from "../../components/civil";
import {Page} from "../../components/Page";
import {type Column, Rows} from "../../components/Rows";
import {Empty, Fault, Loading} from "../../components/states";
import {Status} from "../../components/Status";
import {Time} from "../../components/Time";
import {useLocations} from "../../shell/institution";
import {type Search, usePageSearch} from "../../shell/search";
import {RequestDetail} from "./RequestDetail";
import {minutesOf, type Place, type Request, useOperatories, useRequests} from "./useRequests";

type RequestSearch = Search<"status" | "when" | "location" | "request">;
type Places = Map<number, Place>;

const STATUSES = ["open", "accepted", "declined", "cancelled"] as const;

function statusOf(text: string | undefined) {
  if (text === "all") return undefined;
  return STATUSES.find((status) => status === text) ?? "open";
}

function useColumns(places: Places): Column<Request>[] {
  const rooms = new Map(useOperatories().map((row) => [row.id, row.name]));
  const zone = (row: Request) => places.get(row.location_id)?.tz;
  const room = (row: Request) => rooms.get(row.appointment.operatory_id ?? 0);
  return [
    {title: "Starts", show: (row) => <Time at={row.appointment.start_time} zone={zone(row)} />,
     text: (row) => row.appointment.start_time},
    {title: "How it stands", show: (row) => <Status value={row.status} />,
     text: (row) => row.status},
    {title: "Minutes", show: (row) => minutesOf(row) ?? "–", text: minutesOf},
    {title: "Provider", show: (row) => row.appointment.provider_name ?? "–",
     text: (row) => row.appointment.provider_name},
    {title: "Operatory", show: (row) => room(row) ?? "–", text: room},
    {title: "Patient", show: (row) => `no. ${row.appointment.patient_id ?? "–"}`,
     text: (row) => row.appointment.patient_id},
    {title: "Location", show: (row) => places.get(row.location_id)?.name ?? "–",
     text: (row) => places.get(row.location_id)?.name},
    {title: "Asked", show: (row) => <Time at={row.requested_at} zone={zone(row)} />,
     text: (row) => row.requested_at},
  ];
}

function fits(row: Request, {when, location}: RequestSearch, places: Places) {
  if (location && String(row.location_id) !== location) return false;
  const {start_time: start} = row.appointment;
  if (!when || !start) return true;
  const zone = places.get(row.location_id)?.tz;
  const today = civilDay(new Date(), zone);
  return when === "today" ? civilDay(start, zone) === today : civilDay(start, zone) >= today;
}

interface FiltersProps {
  search: RequestSearch;
  places: Places;
  change: (part: RequestSearch) => void;
}

function Filters({search, places, change}: FiltersProps) {
  return (
    <Group gap="sm" align="flex-end">
      <Select label="How they stand" w={150} allowDeselect={false}
              value={search.status === "all" ? "all" : statusOf(search.status) ?? "open"}
              data={["open", "accepted", "declined", "cancelled", "all"]}
              onChange={(value) =>
                change({status: value === "open" ? "" : value ?? "", request: ""})} />
      <SegmentedControl aria-label="When they are" value={search.when ?? ""} data={[
        {value: "", label: "All"}, {value: "today", label: "Today"},
        {value: "upcoming", label: "Upcoming"}]}
        onChange={(value) => change({when: value})} />
      {places.size > 1 && (
        <Select label="Location" placeholder="All" clearable w={190} value={search.location ?? null}
                clearButtonProps={{"aria-label": "All locations"}}
                data={[...places.values()].map((row) => (
                  {value: String(row.id), label: row.name ?? String(row.id)}))}
                onChange={(value) => change({location: value ?? ""})} />)}
    </Group>
  );
}

export function Requests() {
  const {search, change} = usePageSearch<"status" | "when" | "location" | "request">();
  const places = useLocations();
  const {list, rows, ...more} = useRequests(statusOf(search.status));
  const shown = rows.filter((row) => fits(row, search, places));
  const columns = useColumns(places);
  return (
    <Page title="Requests">
      <Filters search={search} places={places} change={change} />
      {list.isPending && <Loading />}
      {list.isError && <Fault error={list.error} again={() => void list.refetch()} />}
      {list.isSuccess && shown.length === 0 && (
        <Empty title={rows.length === 0 ? "No such requests" : "None of them then or there"}>
          At a location without a record system, what is booked waits here until the practice
          accepts or declines it. New ones come by themselves.
        </Empty>)}
      <div className={search.request ? "split open" : "split"}>
        <div aria-live="polite">
          {shown.length > 0 && (
            <Rows name="requests" columns={columns} rows={shown} keyOf={(row) => String(row.id)}
                  chosen={search.request} choose={(row) => change({request: String(row.id)})}
                  {...more} />)}
        </div>
        {search.request && <RequestDetail key={search.request} id={search.request}
                                          close={() => change({request: ""})} />}
      </div>
    </Page>
  );
}
