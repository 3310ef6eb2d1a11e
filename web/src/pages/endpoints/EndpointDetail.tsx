// One endpoint: what it gets, how it is, and what can be done with it.
import {ActionIcon, Anchor, Card, Divider, Group, Stack, Text, Title} from "@mantine/core";
import {IconX} from "@tabler/icons-react";
import {Link} from "@tanstack/react-router";
import {useState} from "react";

import {answer, api, type Schemas} from "../../api/client";
import {Act} from "../../components/Act";
import {Status} from "../../components/Status";
import {Time} from "../../components/Time";
import {place} from "../../shell/institution";
import {mayAct, useWho} from "../../shell/session";
import {Replays} from "./Replays";
import {Secret} from "./Secret";
import {SendTest} from "./SendTest";
import {Subscriptions} from "./Subscriptions";
import {healthOf} from "./useEndpoints";

type Endpoint = Schemas["EndpointWhole"];

const OVERLAP_SECONDS = 86_400;

function Acts({endpoint, close}: {endpoint: Endpoint; close: () => void}) {
  const [secret, setSecret] = useState("");
  const path = {params: {path: {id: endpoint.id}}};
  const rotate = async () => {
    const {data} = await answer<Schemas["Endpoint"]>(
      api.POST("/webhook_endpoints/{id}/rotate_secret",
               {...path, body: {overlap_seconds: OVERLAP_SECONDS}}));
    setSecret(data.secret_key);
  };
  return (
    <Group gap="xs">
      <Act size="xs" run={() => answer(api.PATCH("/webhook_endpoints/{id}",
                                                 {...path, body: {active: !endpoint.active}}))}>
        {endpoint.active ? "Pause" : "Resume"}
      </Act>
      <Act size="xs" run={rotate}
           ask="A new secret signs from now on. The old one goes on signing beside it for a day.">
        New secret
      </Act>
      <Act size="xs" color="red" variant="light" done={close}
           run={() => answer(api.DELETE("/webhook_endpoints/{id}", path))}
           ask={`Nothing more is sent to ${endpoint.target_url}. This cannot be undone.`}>
        Delete
      </Act>
      {secret && <Secret secret={secret} close={() => setSecret("")} />}
    </Group>
  );
}

function Health({endpoint}: {endpoint: Endpoint}) {
  const {health} = endpoint;
  return (
    <Stack gap={4}>
      <Group gap="xs">
        <Status value={healthOf(endpoint)} />
        {health.failing_since && (
          <Text size="sm">failing since <Time at={health.failing_since} /></Text>)}
        {endpoint.disabled_reason && <Text size="sm">{endpoint.disabled_reason}</Text>}
      </Group>
      <Text size="sm" className="numbers">
        {health.backlog} not tried yet · {health.retries_waiting.count} tried again
        · {health.dead_letters.count} given up · median {health.p50_ms ?? "–"} ms
      </Text>
      <Anchor size="sm" renderRoot={(props) =>
        <Link to="/deliveries" {...props}
              search={(old: object) => ({...place(old), endpoint: String(endpoint.id)})} />}>
        Its deliveries
      </Anchor>
    </Stack>
  );
}

export function EndpointDetail({endpoint, close}: {endpoint: Endpoint; close: () => void}) {
  const operator = mayAct(useWho(), "operator");
  return (
    <Card withBorder component="section" aria-label="The endpoint">
      <Group justify="space-between" mb="sm" wrap="nowrap">
        <Title order={3} size="h4" className="breaks">{endpoint.target_url}</Title>
        <ActionIcon variant="subtle" color="gray" aria-label="Close" onClick={close}>
          <IconX size={18} />
        </ActionIcon>
      </Group>
      <Stack gap="md">
        <Health endpoint={endpoint} />
        {operator && <Acts endpoint={endpoint} close={close} />}
        <Divider />
        <Subscriptions endpoint={endpoint.id} />
        {operator && <><Divider /><SendTest endpoint={endpoint.id} /></>}
        <Divider />
        <Replays endpoint={endpoint.id} />
      </Stack>
    </Card>
  );
}
