import {ShownOnce} from "../../components/ShownOnce";

export function Secret({secret, close}: {secret: string; close: () => void}) {
  return (
    <ShownOnce title="The endpoint's secret" value={secret} done="I have kept it" close={close}>
      Your program checks by it that what comes was sent from here. These pages show it now and
      not again; a new one can be made at any time.
    </ShownOnce>
  );
}
