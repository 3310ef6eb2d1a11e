// One figure that is looked at often, and what it is.
import {Card, Text} from "@mantine/core";
import type {ReactNode} from "react";

interface Props {
  title: string;
  note?: ReactNode;
  bad?: boolean;
  children: ReactNode;
}

export function Figure({title, note, bad, children}: Props) {
  return (
    <Card withBorder padding="md">
      <Text size="sm" c="dimmed">{title}</Text>
      <Text fz={28} fw={650} className="numbers" {...(bad ? {c: "red"} : {})}>{children}</Text>
      {note && <Text size="xs" c="dimmed">{note}</Text>}
    </Card>
  );
}
