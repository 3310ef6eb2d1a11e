// One's own second factor: turned on with an authenticator, turned off with the password.
import {Button, PasswordInput, Text, TextInput} from "@mantine/core";
import {useMutation} from "@tanstack/react-query";
import {useState} from "react";

import {answer, api} from "../../api/client";
import {Dialog} from "../../components/Dialog";
import {FormDialog} from "../../components/FormDialog";
import {Status} from "../../components/Status";
import {
  type Confirmed, type Offer, OfferedSecret, RecoveryCodes, useConfirm, useOffer,
} from "../../shell/SecondFactor";
import {type Session, useRenewSession} from "../../shell/session";
import {Section} from "./Account";

function PasswordField() {
  return <PasswordInput label="Your password" name="password" autoComplete="current-password"
                        required withAsterisk={false} data-autofocus />;
}

function Confirm({offer, close, done}: {
  offer: Offer;
  close: () => void;
  done: (confirmed: Confirmed) => void;
}) {
  const confirm = useConfirm(done);
  return (
    <FormDialog title="Turn on a second factor" act="Turn it on" close={close}
                busy={confirm.isPending} error={confirm.error}
                submit={({code = ""}) => confirm.mutate(code.trim())}>
      <Text size="sm">
        Scan this with your authenticator, and give the six digits that it shows.
      </Text>
      <OfferedSecret offer={offer} />
      <TextInput label="Code" name="code" inputMode="numeric" autoComplete="one-time-code" required
                 withAsterisk={false} data-autofocus />
    </FormDialog>
  );
}

function TurnOn({close}: {close: () => void}) {
  const renew = useRenewSession();
  const ask = useOffer();
  const [codes, setCodes] = useState<string[]>();
  const done = ({session, recovery_codes}: Confirmed) => {
    renew(session);
    setCodes(recovery_codes);
  };
  if (codes) {
    return (
      <Dialog title="Recovery codes" close={close}
              acts={<Button onClick={close}>I have kept them</Button>}>
        <Text size="sm">
          Each signs you in once where your authenticator is not at hand. They are shown here and
          nowhere else: keep them where only you can read them.
        </Text>
        <RecoveryCodes codes={codes} />
      </Dialog>
    );
  }
  if (ask.data) return <Confirm offer={ask.data} close={close} done={done} />;
  return (
    <FormDialog title="Turn on a second factor" act="Go on" close={close} busy={ask.isPending}
                error={ask.error} submit={({password = ""}) => ask.mutate(password)}>
      <PasswordField />
    </FormDialog>
  );
}

function TurnOff({close}: {close: () => void}) {
  const renew = useRenewSession();
  const drop = useMutation({
    mutationFn: async (password: string) => (await answer<Session>(
      api.DELETE("/api/v1/users/me/second_factor", {body: {password}}))).data,
    onSuccess: (session) => {
      renew(session);
      close();
    },
  });
  return (
    <FormDialog title="Turn off the second factor" act="Turn it off" close={close}
                busy={drop.isPending} error={drop.error}
                submit={({password = ""}) => drop.mutate(password)}>
      <Text size="sm">
        Your password alone signs you in from then on. Recovery codes are gone, too.
      </Text>
      <PasswordField />
    </FormDialog>
  );
}

export function SecondFactor({on}: {on: boolean}) {
  const [open, setOpen] = useState<"on" | "off">();
  const close = () => setOpen(undefined);
  return (
    <Section title="Second factor" note={<Status value={on ? "active" : "off"} />}>
      <Text size="sm">
        {on ? "A code of your authenticator is asked for behind your password."
          : "With one, a password that somebody has seen is not enough to sign in as you."}
      </Text>
      <Button variant="default" onClick={() => setOpen(on ? "off" : "on")}>
        {on ? "Turn it off" : "Turn it on"}
      </Button>
      {open === "on" && <TurnOn close={close} />}
      {open === "off" && <TurnOff close={close} />}
    </Section>
  );
}
