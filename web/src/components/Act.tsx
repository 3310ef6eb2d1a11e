// A button that does something at the server: busy while it does, its refusal in words, a question
// before it where it cannot be undone.
import {Alert, Button, type ButtonProps, Text} from "@mantine/core";
import {useMutation, useQueryClient} from "@tanstack/react-query";
import {type ReactNode, useState} from "react";

import {Dialog} from "./Dialog";
import {wordsOf} from "./states";

interface Props extends ButtonProps {
  run: () => Promise<unknown>;
  done?: () => void;
  ask?: string;  // before it is done
  children: string;
}

// Whatever is shown may differ by an act, so all of it is asked anew.
function useAct({run, done}: Pick<Props, "run" | "done">) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSuccess: async () => {
      done?.();
      await queries.invalidateQueries();
    },
  });
}

function Refusal({error, close}: {error: Error; close: () => void}) {
  return (
    <Dialog title="This was not done" close={close}
            acts={<Button variant="default" onClick={close}>Close</Button>}>
      <Alert color="red">{wordsOf(error)}</Alert>
    </Dialog>
  );
}

export function Act({run, done, ask, children, ...looks}: Props) {
  const act = useAct({run, ...(done ? {done} : {})});
  const [asking, setAsking] = useState(false);
  const go = () => {
    setAsking(false);
    act.mutate();
  };
  const question = (text: string): ReactNode => (
    <Dialog title={children} close={() => setAsking(false)} acts={<>
      <Button variant="default" onClick={() => setAsking(false)}>Leave it</Button>
      <Button {...(looks.color ? {color: looks.color} : {})} onClick={go}>{children}</Button>
    </>}>
      <Text size="sm">{text}</Text>
    </Dialog>
  );
  return (
    <>
      <Button variant="default" {...looks} loading={act.isPending}
              onClick={() => ask === undefined ? go() : setAsking(true)}>{children}</Button>
      {asking && ask !== undefined && question(ask)}
      {act.isError && <Refusal error={act.error} close={act.reset} />}
    </>
  );
}
