// A page's head: its name, what can be done there; and the tab's title.
import {Group, Stack, Title} from "@mantine/core";
import {type ReactNode, useEffect} from "react";

interface Props {
  title: string;
  acts?: ReactNode;
  children: ReactNode;
}

export function Page({title, acts, children}: Props) {
  useEffect(() => { document.title = `${title} · Chartbell`; }, [title]);
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Title order={2}>{title}</Title>
        <Group gap="xs">{acts}</Group>
      </Group>
      {children}
    </Stack>
  );
}
