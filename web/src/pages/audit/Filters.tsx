// Whose acts, of which kind, when; all of it stands in the address.
import {Button, Group, Select} from "@mantine/core";

import {MomentInput} from "../../components/MomentInput";
import type {Search} from "../../shell/search";
import {useUsers} from "../users/useUsers";
import {ACTS} from "./acts";

export type AuditSearch = Search<"user" | "act" | "since" | "until">;

interface Props {
  search: AuditSearch;
  seen: string[];  // acts of the rows that are loaded
  change: (part: AuditSearch) => void;
}

// A user who is gone can still stand in the address.
function usePeople(id: string | undefined) {
  const known = (useUsers().data ?? []).map((user) => ({value: String(user.id), label: user.name}));
  if (!id || known.some((user) => user.value === id)) return known;
  return [...known, {value: id, label: `user ${id}`}];
}

// Calls of the API are acts, too; those that were come to be known by being seen.
function actsWith(seen: string[]) {
  const known = new Set(ACTS.map(({value}) => value));
  const calls = [...new Set(seen)].filter((act) => act !== "" && !known.has(act)).sort();
  return [...ACTS, ...calls.map((act) => ({value: act, label: act}))];
}

export function Filters({search, seen, change}: Props) {
  return (
    <Group gap="sm" align="flex-end">
      <Select label="Who" placeholder="Everybody" clearable searchable w={200}
              clearButtonProps={{"aria-label": "Everybody"}} data={usePeople(search.user)}
              value={search.user ?? null} onChange={(value) => change({user: value ?? ""})} />
      <Select label="What" placeholder="Everything" clearable searchable w={260}
              clearButtonProps={{"aria-label": "Everything"}}
              data={actsWith([...seen, search.act ?? ""])}
              value={search.act ?? null} onChange={(value) => change({act: value ?? ""})} />
      <MomentInput label="Since" w={210} value={search.since}
                   change={(since) => change({since})} />
      <MomentInput label="Until" w={210} value={search.until}
                   change={(until) => change({until})} />
      <Button variant="default"
              onClick={() => change({user: "", act: "", since: "", until: ""})}>Clear</Button>
    </Group>
  );
}
