// Name and password, and behind them the code where the user has a second factor.
import {Anchor, PasswordInput, TextInput} from "@mantine/core";
import {useMutation} from "@tanstack/react-query";

import {answer, api} from "../api/client";
import {Door} from "./Door";
import {missingBy, type Session, useTakeSession} from "./session";

export function SignIn() {
  const take = useTakeSession();
  const enter = useMutation({
    mutationFn: (body: {name: string; password: string}) =>
      answer<Session>(api.POST("/api/v1/session", {body})),
    onSuccess: ({data}) => take(data),
    onError: (error) => { if (missingBy(error) === "code") take("code"); },
  });
  return (
    <Door title="Sign in" act="Sign in" busy={enter.isPending} error={enter.error}
          submit={({name = "", password = ""}) => enter.mutate({name, password})}>
      <TextInput label="Name" name="name" autoComplete="username" autoCapitalize="none"
                 spellCheck={false} required withAsterisk={false} autoFocus />
      <PasswordInput label="Password" name="password" autoComplete="current-password" required
                     withAsterisk={false} />
    </Door>
  );
}

export function GiveCode() {
  const take = useTakeSession();
  const enter = useMutation({
    mutationFn: (code: string) =>
      answer<Session>(api.POST("/api/v1/session/second_factor", {body: {code}})),
    onSuccess: ({data}) => take(data),
  });
  return (
    <Door title="One more step" act="Go on" busy={enter.isPending} error={enter.error}
          words="Give the six digits that your authenticator shows now, or one of your recovery codes."
          submit={({code = ""}) => enter.mutate(code.trim())}>
      <TextInput label="Code" name="code" autoComplete="one-time-code" autoCapitalize="none"
                 spellCheck={false} required withAsterisk={false} autoFocus />
      <Anchor component="button" type="button" size="sm" onClick={() => take("password")}>
        Sign in as somebody else
      </Anchor>
    </Door>
  );
}
