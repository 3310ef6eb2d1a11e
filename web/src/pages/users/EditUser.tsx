import {NativeSelect, TextInput} from "@mantine/core";
import {useMutation, useQueryClient} from "@tanstack/react-query";

import {answer, api} from "../../api/client";
import type {Fields} from "../../components/fields";
import {FormDialog} from "../../components/FormDialog";
import {type Role, ROLE_OPTIONS, type User} from "./useUsers";

// Another role ends sessions, so it is sent only where it differs.
function changeOf(user: User, {display_name = "", role}: Fields) {
  return {
    ...(display_name === user.display_name ? {} : {display_name}),
    ...(role === user.role ? {} : {role: role as Role}),
  };
}

export function EditUser({user, close}: {user: User; close: () => void}) {
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: async (fields: Fields) => {
      const body = changeOf(user, fields);
      if (Object.keys(body).length === 0) return;
      await answer(api.PATCH("/api/v1/users/{id}", {params: {path: {id: user.id}}, body}));
    },
    onSuccess: async () => {
      await queries.invalidateQueries({queryKey: ["users"]});
      close();
    },
  });
  return (
    <FormDialog title={user.name} act="Save" close={close} busy={change.isPending}
                error={change.error} submit={(fields) => change.mutate(fields)}>
      <TextInput label="Full name" name="display_name" defaultValue={user.display_name} required
                 withAsterisk={false} maxLength={100} data-autofocus autoComplete="off" />
      <NativeSelect label="Role" name="role" data={ROLE_OPTIONS} defaultValue={user.role}
                    description="Another role signs them out everywhere." />
    </FormDialog>
  );
}
