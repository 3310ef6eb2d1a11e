// The vendor's sample of an event, sent once, and what the receiver made of it.
import {Alert, Button, Group, Select, Stack, Text, Title} from "@mantine/core";
import {useMutation} from "@tanstack/react-query";
import {useState} from "react";

import {answer, api, type Schemas} from "../../api/client";
import {wordsOf} from "../../components/states";
import {useSubdomain} from "../../shell/institution";
import {useCatalogue} from "../events/catalogue";
import {Sample} from "./Sample";

function Outcome({outcome}: {outcome: Schemas["Outcome"]}) {
  const well = outcome.outcome === "delivered";
  return (
    <Alert color={well ? "green" : "red"} title={well ? "It arrived" : "It did not arrive"}>
      <Text size="sm">
        {outcome.outcome}{outcome.status ? ` with ${outcome.status}` : ""}
        {outcome.latency_ms === null ? "" : ` in ${outcome.latency_ms} ms`}
      </Text>
      {outcome.response_excerpt && (
        <Text size="xs" className="code breaks" dir="auto">{outcome.response_excerpt}</Text>)}
    </Alert>
  );
}

export function SendTest({endpoint}: {endpoint: number}) {
  const subdomain = useSubdomain();
  const catalogue = (useCatalogue().data ?? []).filter((each) => each.sample !== undefined);
  const [event, setEvent] = useState<string | null>(null);
  const name = catalogue.find((each) => each.event === event);
  const send = useMutation({
    mutationFn: async () => (await answer<Schemas["Outcome"]>(
      api.POST("/api/v1/endpoints/{id}/test", {
        params: {path: {id: endpoint}},
        body: {resource_type: name?.resource ?? "", event: name?.event ?? "", subdomain}}))).data,
  });
  return (
    <Stack gap="xs" aria-live="polite">
      <Title order={4} size="h5">Send a test</Title>
      <Group gap="xs" align="flex-end">
        <Select label="Sample" searchable placeholder="An event" w={260} size="xs" value={event}
                onChange={setEvent} data={catalogue.map((each) => each.event)} />
        <Button size="xs" variant="default" disabled={event === null} loading={send.isPending}
                onClick={() => send.mutate()}>Send test</Button>
      </Group>
      {send.isError && <Alert color="red">{wordsOf(send.error)}</Alert>}
      {send.data && <Outcome outcome={send.data} />}
      <Sample name={name} />
    </Stack>
  );
}
