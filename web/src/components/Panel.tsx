// What was chosen of a list, beside it.
import {ActionIcon, Card, Group, Stack, Title} from "@mantine/core";
import {IconX} from "@tabler/icons-react";
import type {ReactNode} from "react";

interface Props {
  name: string;  // for screen readers
  title: string;
  close: () => void;
  children: ReactNode;
}

export function Panel({name, title, close, children}: Props) {
  return (
    <Card withBorder component="section" aria-label={name}>
      <Group justify="space-between" mb="sm" wrap="nowrap" align="flex-start">
        <Title order={3} size="h4" className="breaks" dir="auto">{title}</Title>
        <ActionIcon variant="subtle" color="gray" aria-label="Close" onClick={close}>
          <IconX size={18} />
        </ActionIcon>
      </Group>
      <Stack gap="md">{children}</Stack>
    </Card>
  );
}
