// One source: its lights, how it is watched, how far its readings are, and what it waits for.
import {Alert, Divider, Group, Stack, Text, Title} from "@mantine/core";

import {Facts} from "../../components/Facts";
import {Panel} from "../../components/Panel";
import {Status} from "../../components/Status";
import {Time} from "../../components/Time";
import {Guard} from "./Guard";
import {Lights} from "./Lights";
import {Audit, Baseline} from "./Readings";
import type {Source} from "./useSources";
import {Writes} from "./Writes";

const MODES: Record<string, string> = {
  log: "by the database's log of changes",
  slot: "by a replication slot",
  poll: "by asking its tables for what is new",
  scan: "by reading everything, again and again",
  push: "not read: its record system says by itself what it has",
  book: "not read: Chartbell keeps the book of these locations",
};

function Now({source}: {source: Source}) {
  return (
    <Facts rows={[
      ["Reading", <Group gap={6}><Status value={source.read_status} />
        <Text span size="sm">last <Time at={source.read_status_at} /></Text>
      </Group>],
      ["Writing", <Group gap={6}><Status value={source.write_status} />
        <Text span size="sm">last <Time at={source.write_status_at} /></Text>
      </Group>],
    ]} />
  );
}

function LastError({source}: {source: Source}) {
  const error = source.last_error;
  if (!error) return null;
  const now = source.read_status === "red" || source.write_status === "red";
  return (
    <Alert color={now ? "red" : "gray"}
           title={now ? "Why it is red" : "The last trouble, which is over"}>
      <Text size="sm" className="breaks" dir="auto">{error.detail}</Text>
      <Text size="xs">
        <span className="code">{error.code}</span> · <Time at={error.at} />
      </Text>
    </Alert>
  );
}

function Capture({source}: {source: Source}) {
  const {capture, pushed} = source;
  return (
    <Facts rows={[
      ["Watched", MODES[capture.mode] ?? capture.mode],
      ...(capture.reason ? [["Why so", capture.reason] as [string, string]] : []),
      ["Now", capture.phase],
      ["Behind", capture.lag || "no"],
      ["Changes seen", capture.rows_seen.toLocaleString()],
      ["Mapping", source.mapping || "none"],
      ...(pushed ? [["Pushed", `${pushed.applied} applied, ${pushed.unchanged} unchanged, `
        + `${pushed.stale} stale, ${pushed.refused} refused`] as [string, string]] : []),
    ]} />
  );
}

interface Props {
  source: Source;
  close: () => void;
}

export function SourceDetail({source, close}: Props) {
  const isRead = !["push", "book"].includes(source.capture.mode);
  const isAudited = isRead && source.capture.mode !== "scan";
  return (
    <Panel name="The source" title={source.name} close={close}>
      <div aria-live="polite">
        <Stack gap="md">
          <Now source={source} />
          <LastError source={source} />
        </Stack>
      </div>
      <Guard source={source} />
      <Divider />
      <Title order={4} size="h5">How it is watched</Title>
      <Capture source={source} />
      {isRead && <Baseline source={source} />}
      {isAudited && <Audit source={source} />}
      <Divider />
      <Lights source={source.name} />
      <Divider />
      <Writes source={source} />
    </Panel>
  );
}
