// One event: what was sent, what it changed, and how it stands with each endpoint.
import {ActionIcon, Card, Group, Stack, Table, Text, Timeline, Title} from "@mantine/core";
import {IconX} from "@tabler/icons-react";
import {useQuery} from "@tanstack/react-query";

import {answer, api, type Schemas} from "../../api/client";
import {Json} from "../../components/Json";
import {Fault, Loading} from "../../components/states";
import {Status} from "../../components/Status";
import {Time} from "../../components/Time";

interface Delivery {
  endpoint_id: number;
  state: string;
  next_attempt_at: string | null;
  attempts: Schemas["Attempt"][];
}

interface Whole {
  id: string;
  event: string;
  payload: {data: Record<string, unknown>};
  deliveries: Delivery[];
}

// What the record system had before, beside what it has now.
function Changes({data}: {data: Record<string, unknown>}) {
  const before = data["previous_attributes"] as Record<string, unknown> | undefined;
  if (before === undefined || Object.keys(before).length === 0) return null;
  const now = Object.values(data)[0] as Record<string, unknown>;
  const show = (value: unknown) => value === undefined ? "–" : JSON.stringify(value);
  return (
    <Table aria-label="What changed" fz="sm">
      <Table.Thead>
        <Table.Tr><Table.Th>Leaf</Table.Th><Table.Th>Before</Table.Th><Table.Th>Now</Table.Th></Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {Object.entries(before).map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Td>{name}</Table.Td>
            <Table.Td><Text span inherit td="line-through" c="dimmed">{show(value)}</Text></Table.Td>
            <Table.Td>{show(now?.[name])}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Attempts({delivery}: {delivery: Delivery}) {
  return (
    <Stack gap="xs">
      <Group gap="xs">
        <Text fw={600}>Endpoint {delivery.endpoint_id}</Text>
        <Status value={delivery.state} />
        {delivery.next_attempt_at && (
          <Text size="sm" c="dimmed">next at <Time at={delivery.next_attempt_at} /></Text>)}
      </Group>
      <Timeline bulletSize={14} lineWidth={2} active={delivery.attempts.length}>
        {delivery.attempts.map((attempt) => (
          <Timeline.Item key={attempt.attempt} title={`Attempt ${attempt.attempt}`}>
            <Text size="sm">
              <Time at={attempt.attempted_at} />, {attempt.outcome}
              {attempt.status ? ` (${attempt.status})` : ""}, {attempt.latency_ms} ms
            </Text>
            {attempt.response_excerpt && (
              <Text size="xs" c="dimmed" className="code" dir="auto">{attempt.response_excerpt}</Text>)}
          </Timeline.Item>
        ))}
      </Timeline>
    </Stack>
  );
}

export function EventDetail({id, close}: {id: string; close: () => void}) {
  const event = useQuery({
    queryKey: ["event", id],
    queryFn: async () => (await answer<Whole>(
      api.GET("/api/v1/events/{event_id}", {params: {path: {event_id: id}}}))).data,
  });
  return (
    <Card withBorder component="section" aria-label="The event">
      <Group justify="space-between" mb="sm">
        <Title order={3} size="h4">{event.data?.event ?? "Event"}</Title>
        <ActionIcon variant="subtle" aria-label="Close" onClick={close}><IconX size={18} /></ActionIcon>
      </Group>
      {event.isPending && <Loading />}
      {event.isError && <Fault error={event.error} again={() => void event.refetch()} />}
      {event.isSuccess && (
        <Stack gap="md">
          <Text className="code">{event.data.id}</Text>
          <Changes data={event.data.payload.data} />
          <Json value={event.data.payload} />
          <Title order={4} size="h5">Deliveries</Title>
          {event.data.deliveries.length === 0 && <Text c="dimmed">No endpoint is owed this event.</Text>}
          {event.data.deliveries.map((delivery) =>
            <Attempts key={delivery.endpoint_id} delivery={delivery} />)}
        </Stack>)}
    </Card>
  );
}
