import {Text} from "@mantine/core";
import {useMutation, useQueryClient} from "@tanstack/react-query";

import {answer, api} from "../../api/client";
import {FormDialog} from "../../components/FormDialog";
import {NewPassword} from "./NewPassword";
import type {User} from "./useUsers";

export function ResetPassword({user, close}: {user: User; close: () => void}) {
  const queries = useQueryClient();
  const reset = useMutation({
    mutationFn: (password: string) => answer(api.PATCH("/api/v1/users/{id}", {
      params: {path: {id: user.id}}, body: {password}})),
    onSuccess: async () => {
      await queries.invalidateQueries({queryKey: ["users"]});
      close();
    },
  });
  return (
    <FormDialog title={`A new password for ${user.name}`} act="Set it" close={close}
                busy={reset.isPending} error={reset.error}
                submit={({password = ""}) => reset.mutate(password)}>
      <Text size="sm">They are signed out everywhere, and sign in with this one from now on.</Text>
      <NewPassword label="New password" />
    </FormDialog>
  );
}
