// Overview: did it arrive, and if not, where to look.
import {Anchor, Card, Group, Stack, Text, Title} from "@mantine/core";
import {useQuery} from "@tanstack/react-query";
import {Link} from "@tanstack/react-router";
import {lazy, Suspense, useMemo} from "react";

import {answer, api, BY_ITSELF, type Schemas} from "../../api/client";
import type {Line} from "../../components/Chart";
import {Figure} from "../../components/Figure";
import {Page} from "../../components/Page";
import {Empty, Fault, Loading} from "../../components/states";
import {Status} from "../../components/Status";
import {place, useSubdomain} from "../../shell/institution";
import {healthOf, useEndpoints} from "../endpoints/useEndpoints";
import {useLive} from "./useLive";

// The drawing takes longer to load than all else here.
const Chart = lazy(async () => ({default: (await import("../../components/Chart")).Chart}));

const EVERY = 5_000;

function useOverview(subdomain: string, live: boolean) {
  const enabled = subdomain !== "";
  const refetchInterval = live ? false : EVERY;
  const activity = useQuery({
    queryKey: ["activity", subdomain], enabled, refetchInterval,
    queryFn: async () => (await answer<Schemas["Activity"]>(
      api.GET("/api/v1/activity", {...BY_ITSELF, params: {query: {subdomain}}}))).data,
  });
  const endpoints = useEndpoints(live);
  const sources = useQuery({
    queryKey: ["sync-status", subdomain], enabled, refetchInterval,
    queryFn: async () => (await answer<Schemas["SyncStatusRow"][]>(
      api.GET("/sync_status", {...BY_ITSELF, params: {query: {subdomain}}}))).data,
  });
  return {activity, endpoints, sources};
}

const sum = (values: number[]) => values.reduce((all, value) => all + value, 0);
const ms = (value: number | null) => value === null ? "–" : `${value} ms`;

function Figures({activity, endpoints}: {
  activity: Schemas["Activity"];
  endpoints: Schemas["EndpointWhole"][];
}) {
  const attempts = sum(activity.minutes.map((minute) => minute.attempts));
  const successes = sum(activity.minutes.map((minute) => minute.successes));
  const rate = attempts === 0 ? null : successes / attempts;
  const backlog = sum(endpoints.map((row) => row.health.backlog));
  const waiting = sum(endpoints.map((row) => row.health.retries_waiting.count));
  const dead = sum(endpoints.map((row) => row.health.dead_letters.count));
  return (
    <div className="cards">
      <Figure title="Events in the last hour">
        {sum(activity.minutes.map((minute) => minute.events))}
      </Figure>
      <Figure title="Attempts that arrived" bad={rate !== null && rate < 0.99}
              note={`${successes} of ${attempts}`}>
        <Link to="/deliveries" search={(old) => ({...place(old), state: "all"})} className="plain">
          {rate === null ? "–" : `${(rate * 100).toFixed(1)} %`}
        </Link>
      </Figure>
      <Figure title="Latency of receivers, median"
              note={`95 % within ${ms(activity.latency.p95_ms)}, 99 % within ${ms(activity.latency.p99_ms)}`}>
        {ms(activity.latency.p50_ms)}
      </Figure>
      <Figure title="Not tried yet">{backlog}</Figure>
      <Figure title="Failed, tried again" bad={waiting > 0}>
        <Link to="/deliveries" search={(old) => ({...place(old), state: "retrying"})}
              className="plain">{waiting}</Link>
      </Figure>
      <Figure title="Given up" bad={dead > 0}>
        <Link to="/deliveries" search={(old) => ({...place(old), state: "dead"})}
              className="plain">{dead}</Link>
      </Figure>
    </div>
  );
}

function Lines({activity}: {activity: Schemas["Activity"]}) {
  const seconds = useMemo(
    () => activity.minutes.map((minute) => Date.parse(minute.at) / 1000), [activity]);
  const lines = useMemo((): Line[] => [
    {title: "Events", color: "blue", values: activity.minutes.map((minute) => minute.events)},
    {title: "Delivered", color: "green",
     values: activity.minutes.map((minute) => minute.successes)},
    {title: "Failed attempts", color: "red",
     values: activity.minutes.map((minute) => minute.attempts - minute.successes)},
  ], [activity]);
  return (
    <Card withBorder>
      <Title order={3} size="h5" mb="xs">A minute, in the last hour</Title>
      <Suspense fallback={<div className="chart" />}>
        <Chart title="Events and deliveries a minute" seconds={seconds} lines={lines} />
      </Suspense>
    </Card>
  );
}

function CardHead({title, to}: {title: string; to: "/endpoints" | "/sources"}) {
  return (
    <Group justify="space-between" mb="sm">
      <Title order={3} size="h5">{title}</Title>
      <Anchor size="sm" renderRoot={(props) => <Link to={to} search={place} {...props} />}>
        All of them
      </Anchor>
    </Group>
  );
}

function Endpoints({rows}: {rows: Schemas["EndpointWhole"][]}) {
  if (rows.length === 0)
    return <Empty title="No endpoints yet">An endpoint is where events are sent to.</Empty>;
  return (
    <Stack gap={6}>
      {rows.map((row) => (
        <Group key={row.id} justify="space-between" wrap="nowrap">
          <Link to="/deliveries" className="plain line"
                search={(old) => ({...place(old), endpoint: String(row.id)})}>{row.target_url}</Link>
          <Status value={healthOf(row)} />
        </Group>
      ))}
    </Stack>
  );
}

function Sources({rows}: {rows: Schemas["SyncStatusRow"][]}) {
  if (rows.length === 0)
    return <Empty title="No sources">A source is a record system that is watched.</Empty>;
  return (
    <Stack gap={6}>
      {rows.map((row) => (
        <Group key={row.sync_source_name} justify="space-between" wrap="nowrap">
          <Link to="/sources" className="plain line"
                search={(old) => ({...place(old), source: row.sync_source_name ?? ""})}>
            {row.sync_source_name} · {row.emr.display_name}
          </Link>
          <Group gap={6} wrap="nowrap">
            <Text size="xs" c="dimmed">read</Text><Status value={row.read_status} />
            <Text size="xs" c="dimmed">write</Text><Status value={row.write_status} />
          </Group>
        </Group>
      ))}
    </Stack>
  );
}

export function Overview() {
  const subdomain = useSubdomain();
  const live = useLive(subdomain);
  const {activity, endpoints, sources} = useOverview(subdomain, live);
  const failed = [activity, sources].find((query) => query.isError && !query.data);
  const again = () => [activity, sources].forEach((query) => void query.refetch());
  const ready = activity.data && sources.data && !endpoints.isPending;
  const rows = endpoints.data ?? [];
  return (
    <Page title="Overview" acts={
      <Text size="sm" c="dimmed" role="status">
        {live ? "Live" : `Asked every ${EVERY / 1000} s`}
      </Text>}>
      {failed && <Fault error={failed.error} again={again} />}
      {!ready && !failed && <Loading />}
      {ready && (
        <>
          <Figures activity={activity.data} endpoints={rows} />
          <Lines activity={activity.data} />
          <div className="halves">
            <Card withBorder>
              <CardHead title="Endpoints" to="/endpoints" />
              {endpoints.isError && !endpoints.data
                ? <Fault error={endpoints.error} again={() => void endpoints.refetch()} />
                : <Endpoints rows={rows} />}
            </Card>
            <Card withBorder>
              <CardHead title="Sources" to="/sources" />
              <Sources rows={sources.data} />
            </Card>
          </div>
        </>)}
    </Page>
  );
}
