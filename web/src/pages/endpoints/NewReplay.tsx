// Which part of the log is sent once more: from one time or event to another, all of it or what has
// not arrived.
import {SegmentedControl, Select, Stack, Switch, TextInput} from "@mantine/core";
import {useState} from "react";

import {answer, api} from "../../api/client";
import {Act} from "../../components/Act";
import {MomentInput} from "../../components/MomentInput";
import {InWords} from "../../components/states";
import {useInstitutions, useSubdomain} from "../../shell/institution";
import {useCatalogue} from "../events/catalogue";

type By = "time" | "event";
interface Range { by: By; first: string; last: string }

const BY = {
  time: {first: "Since", last: "Until"},
  event: {first: "First event", last: "Last event"},
};
const WAYS = [{value: "time", label: "By time"}, {value: "event", label: "By event"}];

function ends({by, first, last}: Range) {
  if (by === "time") return {since: first, ...(last ? {until: last} : {})};
  return {from: first.trim(), ...(last ? {to: last.trim()} : {})};
}

function Ends({range, change}: {range: Range; change: (range: Range) => void}) {
  const words = BY[range.by];
  const field = (name: "first" | "last", note: string) => range.by === "time" ? (
    <MomentInput size="xs" label={words[name]} value={range[name]}
                 change={(moment) => change({...range, [name]: moment})} />
  ) : (
    <TextInput size="xs" label={words[name]} value={range[name]} placeholder={note}
               autoComplete="off" spellCheck={false}
               onChange={(event) => change({...range, [name]: event.currentTarget.value})} />
  );
  return (
    <div className="thirds">
      {field("first", "an id or a sequence")}
      {field("last", "the end of the log")}
    </div>
  );
}

export function NewReplay({endpoint}: {endpoint: number}) {
  const subdomain = useSubdomain();
  const place = useInstitutions().data?.find((row) => row.subdomain === subdomain)?.name;
  const names = (useCatalogue().data ?? []).map(({event}) => event);
  const [range, setRange] = useState<Range>({by: "time", first: "", last: ""});
  const [event, setEvent] = useState<string | null>(null);
  const [undelivered, setUndelivered] = useState(true);
  const replay = async () => {
    if (range.first === "") throw new InWords(`“${BY[range.by].first}” is missing`);
    await answer(api.POST("/api/v1/endpoints/{id}/replays", {
      params: {path: {id: endpoint}},
      body: {subdomain, ...ends(range), undelivered_only: undelivered,
             ...(event === null ? {} : {event})}}));
  };
  return (
    <Stack gap="xs">
      <div>
        <SegmentedControl size="xs" aria-label="The range is given by" value={range.by}
                          data={WAYS}
                          onChange={(by) => setRange({by: by as By, first: "", last: ""})} />
      </div>
      <Ends range={range} change={setRange} />
      <Select size="xs" w={260} label="Of events" placeholder="All of them" clearable searchable
              clearButtonProps={{"aria-label": "Of all events"}} data={names} value={event}
              onChange={setEvent} />
      <Switch size="xs" label="Only what has not arrived" checked={undelivered}
              onChange={(one) => setUndelivered(one.currentTarget.checked)} />
      <div>
        <Act size="xs" run={replay} {...(undelivered ? {} : {
               ask: `What has arrived already is sent once more, of ${place ?? subdomain}.`})}>
          Replay
        </Act>
      </div>
    </Stack>
  );
}
