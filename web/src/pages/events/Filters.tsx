// Which events are wanted; all of it stands in the address.
import {Button, Group, Select, Switch, TextInput} from "@mantine/core";

import {MomentInput} from "../../components/MomentInput";
import type {Search} from "../../shell/search";
import {useCatalogue} from "./catalogue";

export type EventSearch = Search<"type" | "resource" | "since" | "event" | "live">;

interface Props {
  search: EventSearch;
  change: (part: EventSearch) => void;
}

export function Filters({search, change}: Props) {
  const names = (useCatalogue().data ?? []).flatMap((row) => row.delivered);
  return (
    <Group gap="sm" align="flex-end">
      <Select label="Event" placeholder="All" clearable searchable w={260} data={names}
              clearButtonProps={{"aria-label": "All events"}} value={search.type ?? null}
              onChange={(value) => change({type: value ?? ""})} />
      <TextInput label="Resource id" inputMode="numeric" w={130}
                 defaultValue={search.resource ?? ""} key={`resource ${search.resource}`}
                 onBlur={(event) => change({resource: event.currentTarget.value.replace(/\D/g, "")})} />
      <MomentInput label="Since" w={210} value={search.since}
                   change={(since) => change({since})} />
      <Button variant="default" onClick={() => change({type: "", resource: "", since: ""})}>
        Clear
      </Button>
      <Switch label="Live" mb={8} checked={search.live === "1"}
              onChange={(event) => change({live: event.currentTarget.checked ? "1" : ""})} />
    </Group>
  );
}
