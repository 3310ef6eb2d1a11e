// A secret that the pages show once, right when it is made.
import {Button, Code, CopyButton, Text} from "@mantine/core";

import {Dialog} from "../../components/Dialog";

export function Secret({secret, close}: {secret: string; close: () => void}) {
  return (
    <Dialog title="The endpoint's secret" close={close} acts={<>
      <CopyButton value={secret}>{({copied, copy}) =>
        <Button variant="default" onClick={copy}>{copied ? "Copied" : "Copy"}</Button>}
      </CopyButton>
      <Button onClick={close}>I have kept it</Button>
    </>}>
      <Text size="sm">
        Your program checks by it that what comes was sent from here. These pages show it now and
        not again; a new one can be made at any time.
      </Text>
      <Code block className="breaks">{secret}</Code>
    </Dialog>
  );
}
