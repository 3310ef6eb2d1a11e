// What says something about a patient is covered until somebody wants to see it, and that they did
// is put down first.
import {Button, Group, Text} from "@mantine/core";
import {IconEye} from "@tabler/icons-react";
import {useMutation} from "@tanstack/react-query";
import type {ReactNode} from "react";

import {answer, api} from "../api/client";
import {mayAct, useWho} from "../shell/session";
import {wordsOf} from "./states";

interface Props {
  kind: string;  // as the audit trail names it
  id: string;
  what: string;
  children: ReactNode;
}

export function Masked({kind, id, what, children}: Props) {
  const who = useWho();
  const reveal = useMutation({
    mutationFn: () =>
      answer(api.POST("/api/v1/audit/reveals", {body: {resource_type: kind, id}})),
  });
  if (reveal.isSuccess) return <>{children}</>;
  return (
    <Group gap="sm" className="masked">
      <Text size="sm" c="dimmed"><span aria-hidden>•••••••• </span>{what}</Text>
      {mayAct(who, "operator")
        ? <Button size="xs" variant="default" leftSection={<IconEye size={14} aria-hidden />}
                  loading={reveal.isPending} onClick={() => reveal.mutate()}>Reveal</Button>
        : <Text size="xs" c="dimmed">Operators may see it.</Text>}
      {reveal.isError && <Text size="sm" c="red" role="alert">{wordsOf(reveal.error)}</Text>}
    </Group>
  );
}
