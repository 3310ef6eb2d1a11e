// A question that stands before all else. The browser's own dialog keeps the focus within, gives it
// back and closes by Escape; Mantine's would write styles into the page. What has data-autofocus
// has the focus first.
import {Group, Stack, Title} from "@mantine/core";
import {type ReactNode, useEffect, useId, useRef} from "react";

interface Props {
  title: string;
  close: () => void;
  acts?: ReactNode;
  children: ReactNode;
}

export function Dialog({title, close, acts, children}: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const name = useId();
  useEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    shown?.querySelector<HTMLElement>("[data-autofocus]")?.focus();
    return () => shown?.close();
  }, []);
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby={name} onCancel={(event) => {
      event.preventDefault();
      close();
    }}>
      <Stack gap="md">
        <Title order={2} size="h3" id={name}>{title}</Title>
        {children}
        {acts && <Group justify="flex-end" gap="xs">{acts}</Group>}
      </Stack>
    </dialog>
  );
}
