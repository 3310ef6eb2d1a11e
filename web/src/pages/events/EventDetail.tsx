// One event: what was sent, what it changed, and how it stands with each endpoint.
import {ActionIcon, Card, Group, Stack, Text, Title} from "@mantine/core";
import {IconX} from "@tabler/icons-react";
import {useQuery} from "@tanstack/react-query";

import {answer, api, BY_ITSELF, type Schemas} from "../../api/client";
import {Json} from "../../components/Json";
import {Masked} from "../../components/Masked";
import {Fault, Loading} from "../../components/states";
import {Time} from "../../components/Time";
import {useLocations} from "../../shell/institution";
import {Attempts} from "./Attempts";
import {Changes} from "./Changes";

const EVERY = 3_000;

type Whole = Schemas["Event"] & {
  payload: {data: Record<string, unknown>};
  deliveries: Schemas["Delivery"][];
};

function useEvent(id: string) {
  return useQuery({
    queryKey: ["event", id],
    refetchInterval: EVERY,
    queryFn: async () => (await answer<Whole>(api.GET("/api/v1/events/{event_id}", {
      ...BY_ITSELF, params: {path: {event_id: id}}}))).data,
  });
}

function Whole({event}: {event: Whole}) {
  const zone = useLocations().get(event.location_id ?? 0)?.tz;
  return (
    <Stack gap="md">
      <div>
        <Text size="sm"><Time at={event.event_time} zone={zone} /></Text>
        <Text className="code breaks">{event.id}</Text>
      </div>
      <Stack gap="sm" aria-live="polite">
        <Title order={4} size="h5">Deliveries</Title>
        {event.deliveries.length === 0 && <Text size="sm">No endpoint is owed this event.</Text>}
        {event.deliveries.map((delivery) =>
          <Attempts key={delivery.endpoint_id} event={event.id} delivery={delivery} zone={zone} />)}
      </Stack>
      <Title order={4} size="h5">What was sent</Title>
      <Masked kind="Event" id={event.id} what="The payload may name a patient.">
        <Changes data={event.payload.data} />
        <Json value={event.payload} />
      </Masked>
    </Stack>
  );
}

export function EventDetail({id, close}: {id: string; close: () => void}) {
  const event = useEvent(id);
  return (
    <Card withBorder component="section" aria-label="The event">
      <Group justify="space-between" mb="sm" wrap="nowrap">
        <Title order={3} size="h4" className="breaks">{event.data?.event ?? "Event"}</Title>
        <ActionIcon variant="subtle" color="gray" aria-label="Close" onClick={close}>
          <IconX size={18} />
        </ActionIcon>
      </Group>
      {event.isPending && <Loading />}
      {event.isError && <Fault error={event.error} again={() => void event.refetch()} />}
      {event.isSuccess && <Whole key={id} event={event.data} />}
    </Card>
  );
}
