// What was chosen of a list, beside it. Whoever chose it by keyboard or pointer is in it at once, and
// back at the row when it is closed, by Escape or by its button.
import {ActionIcon, Card, Group, Stack, Title} from "@mantine/core";
import {IconX} from "@tabler/icons-react";
import {type KeyboardEvent, type ReactNode, useEffect, useRef} from "react";

import "./panel.css";

interface Props {
  name: string;  // for screen readers
  title: string;
  close: () => void;
  children: ReactNode;
}

// Below the list, as on a phone, or above what is seen of the page.
function isOutOfSight(panel: HTMLElement) {
  const {top} = panel.getBoundingClientRect();
  return top < 0 || top > window.innerHeight / 2;
}

function useFocusWithin() {
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    // By an address alone nobody has chosen anything.
    if (!(before instanceof HTMLElement) || before === document.body) return;
    panel.current?.focus({preventScroll: true});
    if (panel.current && isOutOfSight(panel.current)) panel.current.scrollIntoView();
    return () => before.focus();
  }, []);
  return panel;
}

export function Panel({name, title, close, children}: Props) {
  const panel = useFocusWithin();
  const leave = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    close();
  };
  return (
    <Card withBorder component="section" className="panel" aria-label={name} tabIndex={-1}
          ref={panel} onKeyDown={leave}>
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
