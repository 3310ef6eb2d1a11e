// What an endpoint is told of in the institution that is looked at.
import {Group, Stack, Text, Title} from "@mantine/core";
import {useQuery} from "@tanstack/react-query";

import {answer, api, type Schemas} from "../../api/client";
import {Act} from "../../components/Act";
import {Fault, Loading} from "../../components/states";
import {useInstitutions, useLocations, useSubdomain} from "../../shell/institution";
import {mayAct, useWho} from "../../shell/session";
import {Subscribe} from "./Subscribe";

type Subscription = Schemas["Subscription"];

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

// How it comes, where that is not as usual.
function notesOf(row: Subscription, places: ReturnType<typeof useLocations>) {
  const names = (row.location_ids ?? []).map((id) => places.get(id)?.name ?? String(id));
  return [
    ...(row.active ? [] : ["paused"]),
    ...(row.ordering === "resource" ? ["in order"] : []),
    ...(names.length > 0 ? [`at ${names.join(", ")}`] : []),
    ...(row.notify_red ? ["red, too"] : []),
  ];
}

function Row({row, operator}: {row: Subscription; operator: boolean}) {
  const notes = notesOf(row, useLocations());
  const path = {params: {path: {id: row.webhook_endpoint_id, subscription_id: row.id}}};
  const url = "/webhook_endpoints/{id}/webhook_subscriptions/{subscription_id}";
  return (
    <Group justify="space-between" wrap="nowrap">
      <Text size="sm" className="breaks" {...(row.active ? {} : {c: "dimmed"})}>
        {row.event === "*" ? `All events of ${row.resource_type === "*" ? "everything" : row.resource_type}`
          : row.event}
        {notes.length > 0 && ` (${notes.join("; ")})`}
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
      {operator && rows.data && <Subscribe endpoint={endpoint} known={rows.data} />}
    </Stack>
  );
}
