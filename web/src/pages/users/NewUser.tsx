import {NativeSelect, TextInput} from "@mantine/core";
import {useMutation, useQueryClient} from "@tanstack/react-query";

import {answer, api} from "../../api/client";
import type {Fields} from "../../components/fields";
import {FormDialog} from "../../components/FormDialog";
import {NewPassword} from "./NewPassword";
import {type Role, ROLE_OPTIONS, type User} from "./useUsers";

export function NewUser({close, made}: {close: () => void; made: (id: number) => void}) {
  const queries = useQueryClient();
  const make = useMutation({
    mutationFn: async ({name = "", display_name = "", role, password = ""}: Fields) =>
      (await answer<User>(api.POST("/api/v1/users", {
        body: {name, display_name, role: role as Role, password}}))).data,
    onSuccess: async ({id}) => {
      await queries.invalidateQueries({queryKey: ["users"]});
      made(id);
    },
  });
  return (
    <FormDialog title="New user" act="Make the user" close={close} busy={make.isPending}
                error={make.error} submit={(fields) => make.mutate(fields)}>
      <TextInput label="Full name" name="display_name" required withAsterisk={false} data-autofocus
                 maxLength={100} autoComplete="off" />
      <TextInput label="Name to sign in with" name="name" required withAsterisk={false}
                 autoCapitalize="none" autoComplete="off" spellCheck={false} maxLength={64} />
      <NativeSelect label="Role" name="role" data={ROLE_OPTIONS} />
      <NewPassword label="First password" />
    </FormDialog>
  );
}
