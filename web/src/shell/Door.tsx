// The small page that stands before all others, and the form in it.
import {Alert, Button, Card, Stack, Text, Title} from "@mantine/core";
import {type FormEvent, type ReactNode, useEffect} from "react";

import {type Fields, fieldsOf} from "../components/fields";
import {wordsOf} from "../components/states";

interface Props {
  title: string;
  words?: ReactNode;
  act: string;  // on the button
  busy: boolean;
  error: unknown;
  submit: (fields: Fields) => void;
  children: ReactNode;
}

export function Door({title, words, act, busy, error, submit, children}: Props) {
  useEffect(() => { document.title = `${title} · Chartbell`; }, [title]);
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    submit(fieldsOf(event.currentTarget));
  };
  return (
    <main className="door">
      <Card withBorder padding="xl" w="100%" maw={420}>
        <form onSubmit={send}>
          <Stack gap="md">
            <div>
              <Text size="sm" c="dimmed" fw={600}>Chartbell</Text>
              <Title order={1} size="h2">{title}</Title>
            </div>
            {words && <Text size="sm">{words}</Text>}
            <div aria-live="polite">
              {error !== null && <Alert color="red">{wordsOf(error)}</Alert>}
            </div>
            {children}
            <Button type="submit" loading={busy} fullWidth>{act}</Button>
          </Stack>
        </form>
      </Card>
    </main>
  );
}
