// The first start: nobody can sign in yet, so whoever can read the server's output makes an admin.
import {PasswordInput, TextInput} from "@mantine/core";
import {useMutation} from "@tanstack/react-query";

import {answer, api} from "../api/client";
import {Door} from "./Door";
import {type Session, useTakeSession} from "./session";

export function SetUp() {
  const take = useTakeSession();
  const make = useMutation({
    mutationFn: (body: {token: string; name: string; display_name: string; password: string}) =>
      answer<Session>(api.POST("/api/v1/setup", {body})),
    onSuccess: ({data}) => take(data),
  });
  return (
    <Door title="Set up" act="Make the first user" busy={make.isPending} error={make.error}
          words="Nobody can sign in yet. The server printed a setup token when it started."
          submit={({token = "", name = "", display_name = "", password = ""}) =>
            make.mutate({token: token.trim(), name, display_name, password})}>
      <TextInput label="Setup token" name="token" autoComplete="off" spellCheck={false} required
                 withAsterisk={false} autoFocus />
      <TextInput label="Your full name" name="display_name" autoComplete="name" required
                 withAsterisk={false} />
      <TextInput label="Name to sign in with" name="name" autoComplete="username"
                 autoCapitalize="none" spellCheck={false} required withAsterisk={false} />
      <PasswordInput label="Password" description="12 characters or more" name="password"
                     autoComplete="new-password" minLength={12} maxLength={128} required
                     withAsterisk={false} />
    </Door>
  );
}
