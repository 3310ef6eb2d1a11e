// An admin without a second factor can do nothing but turn it on (docs/api.md, "Users").
import {Anchor, Code, PasswordInput, TextInput} from "@mantine/core";
import {useMutation} from "@tanstack/react-query";
import {useState} from "react";

import {answer, api} from "../api/client";
import {Door} from "./Door";
import {type Session, useTakeSession} from "./session";

interface Offer { secret: string; otpauth_uri: string }
interface Confirmed { session: Session; recovery_codes: string[] }

function RecoveryCodes({confirmed}: {confirmed: Confirmed}) {
  const take = useTakeSession();
  return (
    <Door title="Recovery codes" act="I have kept them" busy={false} error={null}
          submit={() => take(confirmed.session)}
          words="Each signs you in once where your authenticator is not at hand. They are shown here
                 and nowhere else: keep them where only you can read them.">
      <Code block>{confirmed.recovery_codes.join("\n")}</Code>
    </Door>
  );
}

function Confirm({offer, done}: {offer: Offer; done: (confirmed: Confirmed) => void}) {
  const confirm = useMutation({
    mutationFn: (code: string) =>
      answer<Confirmed>(api.POST("/api/v1/users/me/second_factor/confirm", {body: {code}})),
    onSuccess: ({data}) => done(data),
  });
  return (
    <Door title="Second factor" act="Turn it on" busy={confirm.isPending} error={confirm.error}
          words="Add this secret to your authenticator, and give the six digits that it shows."
          submit={({code = ""}) => confirm.mutate(code.trim())}>
      <Code block>{offer.secret}</Code>
      <Anchor href={offer.otpauth_uri} size="sm">Open it in an authenticator on this device</Anchor>
      <TextInput label="Code" name="code" inputMode="numeric" autoComplete="one-time-code" required
                 withAsterisk={false} />
    </Door>
  );
}

export function Enrol() {
  const ask = useMutation({
    mutationFn: (password: string) =>
      answer<Offer>(api.POST("/api/v1/users/me/second_factor", {body: {password}})),
  });
  const [confirmed, setConfirmed] = useState<Confirmed>();
  if (confirmed) return <RecoveryCodes confirmed={confirmed} />;
  if (ask.data) return <Confirm offer={ask.data.data} done={setConfirmed} />;
  return (
    <Door title="Second factor" act="Go on" busy={ask.isPending} error={ask.error}
          submit={({password = ""}) => ask.mutate(password)}
          words="Admins of this server sign in with a password and a code. Give your password again
                 to begin.">
      <PasswordInput label="Password" name="password" autoComplete="current-password" required
                     withAsterisk={false} />
    </Door>
  );
}
