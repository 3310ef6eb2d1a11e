// A part of the log sent once more, and how far that has come.
import {Group, Progress, Stack, Text, Title} from "@mantine/core";
import {useQuery} from "@tanstack/react-query";

import {answer, api, BY_ITSELF, type Schemas} from "../../api/client";
import {Act} from "../../components/Act";
import {Fault} from "../../components/states";
import {Time} from "../../components/Time";
import {mayAct, useWho} from "../../shell/session";
import {NewReplay} from "./NewReplay";

const EVERY = 2_000;

function useReplays(endpoint: number) {
  return useQuery({
    queryKey: ["replays", endpoint],
    refetchInterval: EVERY,
    queryFn: async () => (await answer<Schemas["Replay"][]>(
      api.GET("/api/v1/endpoints/{id}/replays", {
        ...BY_ITSELF, params: {path: {id: endpoint}, query: {limit: 5}}}))).data,
  });
}

function Row({row, operator}: {row: Schemas["Replay"]; operator: boolean}) {
  const open = row.done_at === null;
  return (
    <Stack gap={4}>
      <Group justify="space-between">
        <Text size="sm" className="numbers">
          <Time at={row.created_at} /> · {row.event === "*" ? "all events" : row.event}
          {row.undelivered_only ? " that had not arrived" : ""} · {row.sent} sent
          {row.failed > 0 ? `, ${row.failed} failed` : ""}, {row.percent} % of {row.total} done
          {row.cancelled ? ", cancelled" : ""}
        </Text>
        {open && operator && (
          <Act size="compact-xs" ask="Nothing more is sent of it." run={() => answer(
            api.DELETE("/api/v1/replays/{id}", {params: {path: {id: row.id}}}))}>Cancel</Act>)}
      </Group>
      <Progress value={row.percent} size="sm" aria-label={`Replayed: ${row.percent} %`}
                color={row.cancelled ? "gray" : open ? "blue" : "green"} />
    </Stack>
  );
}

export function Replays({endpoint}: {endpoint: number}) {
  const rows = useReplays(endpoint);
  const operator = mayAct(useWho(), "operator");
  return (
    <Stack gap="xs" aria-live="polite">
      <Title order={4} size="h5">Replay</Title>
      {operator && <NewReplay endpoint={endpoint} />}
      {rows.isError && <Fault error={rows.error} again={() => void rows.refetch()} />}
      {rows.data?.length === 0 && <Text size="sm">Nothing was replayed yet.</Text>}
      {rows.data?.map((row) => <Row key={row.id} row={row} operator={operator} />)}
    </Stack>
  );
}
