// A part of the log sent once more, and how far that has come.
import {Group, Progress, Stack, Switch, Text, TextInput, Title} from "@mantine/core";
import {useQuery} from "@tanstack/react-query";
import {useState} from "react";

import {answer, api, BY_ITSELF, type Schemas} from "../../api/client";
import {Act} from "../../components/Act";
import {Fault} from "../../components/states";
import {Time} from "../../components/Time";
import {useSubdomain} from "../../shell/institution";
import {mayAct, useWho} from "../../shell/session";

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

function New({endpoint}: {endpoint: number}) {
  const subdomain = useSubdomain();
  const [since, setSince] = useState("");
  const [until, setUntil] = useState("");
  const [undelivered, setUndelivered] = useState(true);
  const replay = () => answer(api.POST("/api/v1/endpoints/{id}/replays", {
    params: {path: {id: endpoint}},
    body: {subdomain, since: `${since}Z`, ...(until ? {until: `${until}Z`} : {}),
           undelivered_only: undelivered}}));
  return (
    <Group gap="xs" align="flex-end">
      <TextInput size="xs" label="Since (UTC)" type="datetime-local" value={since}
                 onChange={(event) => setSince(event.currentTarget.value)} />
      <TextInput size="xs" label="Until (UTC)" type="datetime-local" value={until}
                 onChange={(event) => setUntil(event.currentTarget.value)} />
      <Switch size="xs" mb={6} label="Only what has not arrived" checked={undelivered}
              onChange={(event) => setUndelivered(event.currentTarget.checked)} />
      <Act size="xs" disabled={since === ""} run={replay}>Replay</Act>
    </Group>
  );
}

function Row({row, operator}: {row: Schemas["Replay"]; operator: boolean}) {
  const open = row.done_at === null;
  return (
    <Stack gap={4}>
      <Group justify="space-between">
        <Text size="sm"><Time at={row.created_at} /> · {row.sent} of {row.total} sent
          {row.failed > 0 ? `, ${row.failed} failed` : ""}{row.cancelled ? ", cancelled" : ""}</Text>
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
      {operator && <New endpoint={endpoint} />}
      {rows.isError && <Fault error={rows.error} again={() => void rows.refetch()} />}
      {rows.data?.length === 0 && <Text size="sm">Nothing was replayed yet.</Text>}
      {rows.data?.map((row) => <Row key={row.id} row={row} operator={operator} />)}
    </Stack>
  );
}
