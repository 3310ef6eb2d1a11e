// One endpoint: what it gets, how it is, and what can be done with it.
import {ActionIcon, Anchor, Button, Card, Divider, Group, Stack, Text, Title} from "@mantine/core";
import {IconX} from "@tabler/icons-react";
import {Link} from "@tanstack/react-router";
import {useState} from "react";

import {answer, api, type Schemas} from "../../api/client";
import {Act} from "../../components/Act";
import {Status} from "../../components/Status";
import {Time} from "../../components/Time";
import {place} from "../../shell/institution";
import {mayAct, useWho} from "../../shell/session";
import {EditEndpoint} from "./EditEndpoint";
import "./endpoints.css";
import {Options} from "./Options";
import {Replays} from "./Replays";
import {Rotate} from "./Rotate";
import {SendTest} from "./SendTest";
import {Subscriptions} from "./Subscriptions";
import {healthOf} from "./useEndpoints";

type Endpoint = Schemas["EndpointWhole"];

function Acts({endpoint, close}: {endpoint: Endpoint; close: () => void}) {
  const [open, setOpen] = useState<"edit" | "rotate">();
  const shut = () => setOpen(undefined);
  const path = {params: {path: {id: endpoint.id}}};
  return (
    <Group gap="xs">
      <Button size="xs" variant="default" onClick={() => setOpen("edit")}>Edit</Button>
      <Act size="xs" run={() => answer(api.PATCH("/webhook_endpoints/{id}",
                                                 {...path, body: {active: !endpoint.active}}))}>
        {endpoint.active ? "Pause" : "Resume"}
      </Act>
      <Button size="xs" variant="default" onClick={() => setOpen("rotate")}>New secret</Button>
      <Act size="xs" color="red" variant="light" done={close}
           run={() => answer(api.DELETE("/webhook_endpoints/{id}", path))}
           ask={`Nothing more is sent to ${endpoint.target_url}, and its subscriptions and deliveries `
             + "are gone. This cannot be undone."}>
        Delete
      </Act>
      {open === "edit" && <EditEndpoint endpoint={endpoint} close={shut} />}
      {open === "rotate" && <Rotate endpoint={endpoint.id} close={shut} />}
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
        {endpoint.description && <Text size="sm" className="breaks" dir="auto">
          {endpoint.description}</Text>}
        <Health endpoint={endpoint} />
        <Options endpoint={endpoint} />
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
