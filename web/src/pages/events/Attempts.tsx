// How one event stands with one endpoint: each attempt, what came of it, and when the next one is.
import {Group, Stack, Text, Timeline} from "@mantine/core";
import {useQuery} from "@tanstack/react-query";

import {answer, api, type Schemas} from "../../api/client";
import {Act} from "../../components/Act";
import type {ZoneName} from "../../components/civil";
import {Status} from "../../components/Status";
import {Time} from "../../components/Time";
import {mayAct, useWho} from "../../shell/session";
import {Answers} from "./Answers";

function useAddress(id: number) {
  return useQuery({
    queryKey: ["endpoint", id],
    staleTime: 60_000,
    queryFn: async () => (await answer<Schemas["EndpointWhole"]>(
      api.GET("/api/v1/endpoints/{id}", {params: {path: {id}}}))).data.target_url,
  }).data;
}

function Attempt({attempt, zone}: {attempt: Schemas["Attempt"]; zone?: ZoneName}) {
  return (
    <Text size="sm">
      <Time at={attempt.attempted_at} zone={zone} /> · {attempt.outcome}
      {attempt.status ? ` with ${attempt.status}` : ""} · {attempt.latency_ms ?? "–"} ms
    </Text>
  );
}

function Headers({sent}: {sent: Schemas["Attempt"]["request_headers"]}) {
  return (
    <details>
      <summary className="quiet">Request headers</summary>
      <table className="figures">
        <tbody>
          {Object.entries(sent).map(([name, value]) => (
            <tr key={name}><th scope="row">{name}</th><td className="breaks">{value}</td></tr>))}
        </tbody>
      </table>
      <Text size="xs" c="dimmed">
        Signatures and the endpoint’s own headers were sent, too; they are not kept.
      </Text>
    </details>
  );
}

interface Props {
  event: string;
  delivery: Schemas["Delivery"];
  zone?: ZoneName;
}

export function Attempts({event, delivery, zone}: Props) {
  const who = useWho();
  const {endpoint_id: id, attempts} = delivery;
  const retry = () => answer(api.POST("/api/v1/endpoints/{id}/retry",
                                      {params: {path: {id}}, body: {event_id: event}}));
  return (
    <Stack gap="xs">
      <Group gap="xs" justify="space-between">
        <Group gap="xs">
          <Text fw={600} size="sm" className="breaks">{useAddress(id) ?? `Endpoint ${id}`}</Text>
          <Status value={delivery.state} />
        </Group>
        {mayAct(who, "operator") && <Act size="xs" run={retry}>Send again</Act>}
      </Group>
      {delivery.next_attempt_at && (
        <Text size="sm" c="dimmed">Next at <Time at={delivery.next_attempt_at} zone={zone} /></Text>)}
      <Timeline bulletSize={14} lineWidth={2} active={attempts.length}>
        {attempts.map((attempt) => (
          <Timeline.Item key={`${attempt.attempt} ${attempt.attempted_at}`}
                         title={`Attempt ${attempt.attempt}`}>
            <Attempt attempt={attempt} zone={zone} />
            <Headers sent={attempt.request_headers} />
          </Timeline.Item>
        ))}
      </Timeline>
      <Answers event={event} endpoint={id} attempts={attempts} />
    </Stack>
  );
}
