// An admin without a second factor can do nothing but turn it on (docs/api.md, "Users").
import {PasswordInput, TextInput} from "@mantine/core";
import {useState} from "react";

import {Door} from "./Door";
import {
  type Confirmed, type Offer, OfferedSecret, RecoveryCodes, useConfirm, useOffer,
} from "./SecondFactor";
import {useTakeSession} from "./session";

function Keep({confirmed}: {confirmed: Confirmed}) {
  const take = useTakeSession();
  return (
    <Door title="Recovery codes" act="I have kept them" busy={false} error={null}
          submit={() => take(confirmed.session)}
          words="Each signs you in once where your authenticator is not at hand. They are shown here
                 and nowhere else: keep them where only you can read them.">
      <RecoveryCodes codes={confirmed.recovery_codes} />
    </Door>
  );
}

function Confirm({offer, done}: {offer: Offer; done: (confirmed: Confirmed) => void}) {
  const confirm = useConfirm(done);
  return (
    <Door title="Second factor" act="Turn it on" busy={confirm.isPending} error={confirm.error}
          words="Scan this with your authenticator, and give the six digits that it shows."
          submit={({code = ""}) => confirm.mutate(code.trim())}>
      <OfferedSecret offer={offer} />
      <TextInput label="Code" name="code" inputMode="numeric" autoComplete="one-time-code" required
                 withAsterisk={false} />
    </Door>
  );
}

export function Enrol() {
  const ask = useOffer();
  const [confirmed, setConfirmed] = useState<Confirmed>();
  if (confirmed) return <Keep confirmed={confirmed} />;
  if (ask.data) return <Confirm offer={ask.data} done={setConfirmed} />;
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
