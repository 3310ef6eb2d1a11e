// A new subscription: an event of the catalogue, its sample, and how it should come.
import {Group, MultiSelect, Select, Stack, Switch} from "@mantine/core";
import {useState} from "react";

import {answer, api, type Schemas} from "../../api/client";
import {Act} from "../../components/Act";
import {useLocations, useSubdomain} from "../../shell/institution";
import {type EventName, useCatalogue} from "../events/catalogue";
import {Sample} from "./Sample";

type Subscription = Schemas["Subscription"];
interface Topic { resource: string; event: string; label: string; name?: EventName }

const keyOf = ({resource, event}: {resource: string; event: string}) => `${resource} ${event}`;

// All there is, all of a resource, and each event.
function topicsOf(catalogue: EventName[]): Topic[] {
  const resources = [...new Set(catalogue.map(({resource}) => resource))];
  return [
    {resource: "*", event: "*", label: "All events"},
    ...resources.map((resource) => ({resource, event: "*", label: `All events of ${resource}`})),
    ...catalogue.map((name) => (
      {resource: name.resource, event: name.event, label: name.event, name})),
  ];
}

export interface How { ordering: "none" | "resource"; locations: string[]; red: boolean }
const USUAL: How = {ordering: "none", locations: [], red: false};

function HowItComes({topic, how, change}: {topic: Topic; how: How; change: (how: How) => void}) {
  const locations = [...useLocations().values()];
  const ofStatus = topic.resource === "SyncStatus" || topic.resource === "*";
  return (
    <Group gap="md" align="flex-end">
      <MultiSelect label="Of locations" size="xs" w={260}
                   placeholder={how.locations.length > 0 ? "" : "All of them"} value={how.locations} data={locations.map(({id, name}) => (
                     {value: String(id), label: name ?? String(id)}))}
                   onChange={(value) => change({...how, locations: value})} />
      <Stack gap={6}>
        <Switch size="xs" label="In order, for each resource" checked={how.ordering === "resource"}
                onChange={(event) => change(
                  {...how, ordering: event.currentTarget.checked ? "resource" : "none"})} />
        {ofStatus && (
          <Switch size="xs" label="When a source turns red, too" checked={how.red}
                  onChange={(event) => change({...how, red: event.currentTarget.checked})} />)}
      </Stack>
    </Group>
  );
}

function bodyOf({resource, event}: Topic, {ordering, locations, red}: How) {
  return {
    resource_type: resource, event,
    ...(ordering === "none" ? {} : {ordering}),
    ...(locations.length === 0 ? {} : {location_ids: locations.map(Number)}),
    ...(red ? {notify_red: true} : {}),
  };
}

export function Subscribe({endpoint, known}: {endpoint: number; known: Subscription[]}) {
  const subdomain = useSubdomain();
  const [chosen, setChosen] = useState<string | null>(null);
  const [how, setHow] = useState(USUAL);
  const taken = new Set(known.map((row) => keyOf({resource: row.resource_type, event: row.event})));
  const topics = topicsOf(useCatalogue().data ?? []).filter((topic) => !taken.has(keyOf(topic)));
  const topic = topics.find((each) => keyOf(each) === chosen);
  const subscribe = () => topic === undefined ? Promise.resolve()
    : answer(api.POST("/webhook_endpoints/{id}/webhook_subscriptions", {
      params: {path: {id: endpoint}, query: {subdomain}}, body: bodyOf(topic, how)}));
  const done = () => {
    setChosen(null);
    setHow(USUAL);
  };
  return (
    <Stack gap="sm">
      <Group gap="xs" align="flex-end">
        <Select label="Subscribe to" searchable placeholder="An event" w={260} size="xs"
                value={chosen} onChange={setChosen}
                data={topics.map((each) => ({value: keyOf(each), label: each.label}))} />
        <Act size="xs" disabled={topic === undefined} run={subscribe} done={done}>Subscribe</Act>
      </Group>
      {topic && <HowItComes topic={topic} how={how} change={setHow} />}
      <Sample name={topic?.name} />
    </Stack>
  );
}
