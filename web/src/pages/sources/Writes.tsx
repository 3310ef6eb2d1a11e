// What is on its way into a source's record system, and what became of it.
import {SegmentedControl, Stack, Text, Title} from "@mantine/core";
import {useQuery} from "@tanstack/react-query";

import {answer, api, BY_ITSELF, type Schemas} from "../../api/client";
import {type Column, Rows} from "../../components/Rows";
import {Empty, Fault, Loading} from "../../components/states";
import {Status} from "../../components/Status";
import {Time} from "../../components/Time";
import {useSubdomain} from "../../shell/institution";
import {usePageSearch} from "../../shell/search";
import type {Source} from "./useSources";

type Write = Schemas["Write"];
type State = NonNullable<Write["status"]>;
const EVERY = 5_000;
const LIMIT = 200;  // of each state; the newest
const STATES: Record<string, State[]> = {
  waiting: ["accepted", "writing", "verifying"],
  failed: ["failed"],
  complete: ["complete"],
};

// What whoever asked may do about it.
const REMEDIES: Record<string, string> = {
  refused: "The record system said no. Change what it objects to, and ask anew.",
  timed_out: "The record system was not reached in time. Ask anew once its write light is green.",
  patient_not_written: "The new patient came to nothing. Make the patient first, then ask anew.",
  not_there: "What it names is gone from the record system. Choose another one, and ask anew.",
  not_taken: "This record system takes no such documents. Nothing can be done here.",
  verifying: "An attempt had no answer. Its row is looked for, so that nothing is written twice.",
  accepted: "It is written as soon as the record system can be reached. Nothing has to be done.",
};

const reason = (row: Write) => row.error?.code ?? row.status;

function useWrites(subdomain: string, states: State[]) {
  return useQuery({
    queryKey: ["writes", subdomain, ...states],
    enabled: subdomain !== "",
    refetchInterval: EVERY,
    queryFn: async () => (await Promise.all(states.map((status) => answer<Write[]>(
      api.GET("/api/v1/writes", {
        ...BY_ITSELF, params: {query: {subdomain, status, limit: LIMIT}}})))))
      .flatMap((page) => page.data).toSorted((a, b) => b.id - a.id),
  });
}

const columns: Column<Write>[] = [
  {title: "What", show: (row) => `${row.action} ${row.resource} ${row.resource_id}`,
   text: (row) => `${row.action} ${row.resource} ${row.resource_id}`},
  {title: "How it stands", show: (row) => <Status value={row.status} />, text: (row) => row.status},
  {title: "Fault", show: (row) => row.error?.code ?? "–", text: (row) => row.error?.code},
  {title: "Asked", show: (row) => <Time at={row.created_at} />,
   text: (row) => row.created_at},
  {title: "Attempts", show: (row) => row.attempts, text: (row) => row.attempts},
  {title: "Next", show: (row) => <Time at={row.next_attempt_at} />,
   text: (row) => row.next_attempt_at},
];

function Remedies({rows}: {rows: Write[]}) {
  const known = [...new Set(rows.map(reason))].filter((code) => REMEDIES[code]);
  return known.map((code) => (
    <Text key={code} size="sm"><span className="code">{code}</span> – {REMEDIES[code]}</Text>));
}

export function Writes({source}: {source: Source}) {
  const {search, change} = usePageSearch<"writes">();
  const state = search.writes && STATES[search.writes] ? search.writes : "waiting";
  const writes = useWrites(useSubdomain(), STATES[state] ?? []);
  const rows = (writes.data ?? []).filter((row) => row.source_id === source.id);
  return (
    <Stack gap="sm">
      <Title order={4} size="h5">Writes</Title>
      <SegmentedControl aria-label="Which writes" size="xs" value={state} data={[
        {value: "waiting", label: "Waiting"}, {value: "failed", label: "Failed"},
        {value: "complete", label: "Written"}]}
        onChange={(value) => change({writes: value === "waiting" ? "" : value})} />
      {writes.isPending && <Loading />}
      {writes.isError && <Fault error={writes.error} again={() => void writes.refetch()} />}
      {writes.isSuccess && rows.length === 0 && (
        <Empty title="None">No write into this record system stands so.</Empty>)}
      {rows.length > 0 && (
        <>
          <Rows name={`writes ${state}`} columns={columns} rows={rows}
                keyOf={(row) => String(row.id)} height={Math.min(300, 60 + rows.length * 42)} />
          <Remedies rows={rows} />
        </>)}
    </Stack>
  );
}
