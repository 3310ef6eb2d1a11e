// Another password of one's own; every other session ends by it.
import {Alert, Button, PasswordInput, Stack, Text} from "@mantine/core";
import {useMutation} from "@tanstack/react-query";
import {type FormEvent, useRef} from "react";

import {answer, api} from "../../api/client";
import {fieldsOf} from "../../components/fields";
import {wordsOf} from "../../components/states";
import {type Session, useRenewSession} from "../../shell/session";

export const PASSWORD_BOUNDS = {minLength: 12, maxLength: 128} as const;

export function Password({name}: {name: string}) {
  const renew = useRenewSession();
  const form = useRef<HTMLFormElement>(null);
  const change = useMutation({
    mutationFn: async (body: {current_password: string; password: string}) =>
      (await answer<Session>(api.POST("/api/v1/users/me/password", {body}))).data,
    onSuccess: (session) => {
      renew(session);
      form.current?.reset();
    },
  });
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const {current = "", password = ""} = fieldsOf(event.currentTarget);
    change.mutate({current_password: current, password});
  };
  return (
    <form ref={form} onSubmit={send} className="narrow">
      <Stack gap="sm" align="stretch">
        {/* For those who keep passwords: whose this one is. */}
        <input type="text" name="username" autoComplete="username" value={name} readOnly hidden />
        <PasswordInput label="Your password until now" name="current" required withAsterisk={false}
                       autoComplete="current-password" />
        <PasswordInput label="Your new password" description="12 characters or more" name="password"
                       required withAsterisk={false} autoComplete="new-password"
                       {...PASSWORD_BOUNDS} />
        <div aria-live="polite">
          {change.isError && <Alert color="red">{wordsOf(change.error)}</Alert>}
          {change.isSuccess && <Text size="sm" c="green">
            It is changed. Your other sessions have ended.</Text>}
        </div>
        <div><Button type="submit" variant="default" loading={change.isPending}>
          Change the password</Button></div>
      </Stack>
    </form>
  );
}
