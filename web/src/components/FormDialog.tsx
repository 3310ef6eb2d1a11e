// A dialog that asks for something and sends it. A refusal stands in it in words, and what was
// typed stays.
import {Alert, Button, Stack} from "@mantine/core";
import {type FormEvent, type ReactNode} from "react";

import {Dialog} from "./Dialog";
import {type Fields, fieldsOf} from "./fields";
import {wordsOf} from "./states";

interface Props {
  title: string;
  act: string;  // on the button
  close: () => void;
  busy: boolean;
  error: unknown;
  idle?: boolean;  // nothing is to be sent yet
  submit: (fields: Fields) => void;
  children: ReactNode;
}

export function FormDialog({title, act, close, busy, error, idle, submit, children}: Props) {
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    submit(fieldsOf(event.currentTarget));
  };
  return (
    <Dialog title={title} close={close}>
      <form onSubmit={send} autoComplete="off">
        <Stack gap="md">
          {children}
          <div aria-live="polite">
            {error !== null && <Alert color="red" className="breaks">{wordsOf(error)}</Alert>}
          </div>
          <div className="ends">
            <Button variant="default" onClick={close}>Leave it</Button>
            <Button type="submit" loading={busy} disabled={idle ?? false}>{act}</Button>
          </div>
        </Stack>
      </form>
    </Dialog>
  );
}
