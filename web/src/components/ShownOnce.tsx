// What the pages show once, right when it is made, and can be copied.
import {Button, Code, CopyButton, Text} from "@mantine/core";
import type {ReactNode} from "react";

import {Dialog} from "./Dialog";

interface Props {
  title: string;
  value: string;
  done: string;  // on the button
  close: () => void;
  children: ReactNode;  // what it is for
}

export function ShownOnce({title, value, done, close, children}: Props) {
  return (
    <Dialog title={title} close={close} acts={<>
      <CopyButton value={value}>{({copied, copy}) =>
        <Button variant="default" onClick={copy}>{copied ? "Copied" : "Copy"}</Button>}
      </CopyButton>
      <Button onClick={close}>{done}</Button>
    </>}>
      <Text size="sm">{children}</Text>
      <Code block className="breaks">{value}</Code>
    </Dialog>
  );
}
