// What a page shows while it has nothing to show, and why.
import {Alert, Button, Center, Loader, Stack, Text, Title} from "@mantine/core";
import {IconAlertTriangle, IconInbox} from "@tabler/icons-react";
import type {ReactNode} from "react";

import {Refused} from "../api/client";

export function Loading() {
  return (
    <Center py="xl" role="status" aria-label="Loading">
      <Loader />
    </Center>
  );
}

export function Empty({title, children}: {title: string; children?: ReactNode}) {
  return (
    <Center py="xl">
      <Stack align="center" gap="xs" maw={420}>
        <IconInbox size={32} stroke={1.5} aria-hidden />
        <Title order={3} size="h4">{title}</Title>
        <Text c="dimmed" ta="center">{children}</Text>
      </Stack>
    </Center>
  );
}

// What a page refuses before the server can.
export class InWords extends Error {}

export function wordsOf(error: unknown) {
  if (error instanceof Refused || error instanceof InWords) return error.message;
  return "The server cannot be reached. It is asked again when you choose to.";
}

export function Fault({error, again}: {error: unknown; again?: () => void}) {
  return (
    <Alert color="red" icon={<IconAlertTriangle />} title="This could not be shown" role="alert">
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{wordsOf(error)}</Text>
        {again && <Button size="xs" variant="default" onClick={again}>Try again</Button>}
      </Stack>
    </Alert>
  );
}
