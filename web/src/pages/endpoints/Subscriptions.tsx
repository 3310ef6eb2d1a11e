// What an endpoint is told of in the institution that is looked at.
import {Group, Select, Stack, Text, Title} from "@mantine/core";
import {useQuery} from "@tanstack/react-query";
import {useState} from "react";

import {answer, api, type Schemas} from "../../api/client";
import {Act} from "../../components/Act";
import {Fault, Loading} from "../../components/states";
import {useInstitutions, useSubdomain} from "../../shell/institution";
import {mayAct, useWho} from "../../shell/session";
import {useCatalogue} from "../events/catalogue";

type Subscription = Schemas["Subscription"];

const ALL = {resource: "*", event: "*"};

function useSubscriptions(endpoint: number) {
  const subdomain = useSubdomain();
  const institution = useInstitutions().data?.find((row) => row.subdomain === subdomain)?.id;
  return useQuery({
    queryKey: ["subscriptions", endpoint, institution],
    enabled: institution !== undefined,
    queryFn: async () => (await answer<Subscription[]>(
      api.GET("/webhook_endpoints/{id}/webhook_subscriptions", {
        params: {path: {id: endpoint}, query: {subdomain}}}))).data
      .filter((row) => row.institution_id === institution),
  });
}

function Add({endpoint, known}: {endpoint: number; known: Subscription[]}) {
  const subdomain = useSubdomain();
  const [event, setEvent] = useState<string | null>(null);
  const names = [ALL, ...useCatalogue().data ?? []]
    .filter((name) => !known.some((row) => row.event === name.event));
  const subscribe = () => {
    const name = names.find((each) => each.event === event);
    if (name === undefined) return Promise.resolve();
    return answer(api.POST("/webhook_endpoints/{id}/webhook_subscriptions", {
      params: {path: {id: endpoint}, query: {subdomain}},
      body: {resource_type: name.resource, event: name.event}}));
  };
  return (
    <Group gap="xs" align="flex-end">
      <Select label="Subscribe to" searchable placeholder="An event" w={260} size="xs" value={event}
              onChange={setEvent} data={names.map((name) => (
                {value: name.event, label: name.event === "*" ? "All events" : name.event}))} />
      <Act size="xs" disabled={event === null} run={subscribe} done={() => setEvent(null)}>
        Subscribe
      </Act>
    </Group>
  );
}

function Row({row, operator}: {row: Subscription; operator: boolean}) {
  const path = {params: {path: {id: row.webhook_endpoint_id, subscription_id: row.id}}};
  const url = "/webhook_endpoints/{id}/webhook_subscriptions/{subscription_id}";
  return (
    <Group justify="space-between" wrap="nowrap">
      <Text size="sm" className="breaks" {...(row.active ? {} : {c: "dimmed"})}>
        {row.event === "*" ? `All events of ${row.resource_type === "*" ? "everything" : row.resource_type}`
          : row.event}
        {row.active ? "" : " (paused)"}
      </Text>
      {operator && (
        <Group gap={4} wrap="nowrap">
          <Act size="compact-xs" run={() => answer(
            api.PATCH(url, {...path, body: {active: !row.active}}))}>
            {row.active ? "Pause" : "Resume"}
          </Act>
          <Act size="compact-xs" run={() => answer(api.DELETE(url, path))}
               ask={`${row.event} is not sent there any more.`}>Remove</Act>
        </Group>)}
    </Group>
  );
}

export function Subscriptions({endpoint}: {endpoint: number}) {
  const rows = useSubscriptions(endpoint);
  const operator = mayAct(useWho(), "operator");
  return (
    <Stack gap="xs">
      <Title order={4} size="h5">Subscriptions</Title>
      {rows.isPending && <Loading />}
      {rows.isError && <Fault error={rows.error} again={() => void rows.refetch()} />}
      {rows.data?.length === 0 && <Text size="sm">None yet: nothing is sent there.</Text>}
      {rows.data?.map((row) => <Row key={row.id} row={row} operator={operator} />)}
      {operator && rows.data && <Add endpoint={endpoint} known={rows.data} />}
    </Stack>
  );
}
