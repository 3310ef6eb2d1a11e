// How far a source's readings are: the whole one at the start, and the auditor's, which go on.
import {Group, Progress, Stack, Text} from "@mantine/core";
import type {ReactNode} from "react";

import {Time} from "../../components/Time";
import type {Source} from "./useSources";

interface Props {
  title: string;
  percent: number;
  good: boolean;
  children: ReactNode;
}

function Bar({title, percent, good, children}: Props) {
  return (
    <Stack gap={4}>
      <Group justify="space-between">
        <Text size="sm" fw={600}>{title}</Text>
        <Text size="sm" className="numbers">{Math.floor(percent)} %</Text>
      </Group>
      <Progress value={percent} aria-label={title} color={good ? "green" : "blue"} />
      <Text size="xs" c="dimmed" className="numbers">{children}</Text>
    </Stack>
  );
}

const share = (part: number, whole: number) =>
  whole === 0 ? 0 : Math.min(100, 100 * part / whole);

export function Baseline({source}: {source: Source}) {
  const {done, rows, kinds, kinds_done} = source.baseline;
  const again = done && kinds_done < kinds;
  return (
    <Bar title="First reading" percent={done ? 100 : share(kinds_done, kinds)} good={done}>
      {done && "done · "}{again && "read again now: "}{rows.toLocaleString()} rows ·{" "}
      {kinds_done} of {kinds} kinds
    </Bar>
  );
}

// How long its pass is nobody knows: about as many rows as the whole reading had.
export function Audit({source}: {source: Source}) {
  const {rows, passes, last_pass_at} = source.audit;
  return (
    <>
      <Bar title="Auditor, this pass" percent={share(rows, source.baseline.rows)} good={false}>
        {rows.toLocaleString()} rows · {passes} passes ended
        {last_pass_at && <> · the last <Time at={last_pass_at} /></>}
      </Bar>
      <Text size="sm" {...(source.missed_by_wakeups > 0 ? {fw: 600} : {})}>
        {source.missed_by_wakeups === 0
          ? "The auditor found nothing that no wake-up had told of."
          : `The auditor found ${source.missed_by_wakeups.toLocaleString()} changes that no `
            + "wake-up had told of. They were told then."}
      </Text>
    </>
  );
}
