// One user, and what an admin can do about them. What one does to oneself is elsewhere.
import {ActionIcon, Anchor, Button, Card, Group, Stack, Text, Title} from "@mantine/core";
import {IconX} from "@tabler/icons-react";
import {Link} from "@tanstack/react-router";
import {useState} from "react";

import {answer, api} from "../../api/client";
import {Act} from "../../components/Act";
import {Status} from "../../components/Status";
import {Time} from "../../components/Time";
import {place} from "../../shell/institution";
import {useWho} from "../../shell/session";
import {EditUser} from "./EditUser";
import {ResetPassword} from "./ResetPassword";
import {ROLES, type User} from "./useUsers";

function Acts({user, close}: {user: User; close: () => void}) {
  const [open, setOpen] = useState<"edit" | "password">();
  const path = {params: {path: {id: user.id}}};
  const shut = () => setOpen(undefined);
  return (
    <Group gap="xs">
      <Button size="xs" variant="default" onClick={() => setOpen("edit")}>Name and role</Button>
      <Button size="xs" variant="default" onClick={() => setOpen("password")}>New password</Button>
      {user.second_factor && (
        <Act size="xs" run={() => answer(api.PATCH("/api/v1/users/{id}",
                                                   {...path, body: {second_factor: false}}))}
             ask={`${user.display_name} signs in by password alone, until they turn it on again.`}>
          Turn off second factor
        </Act>)}
      <Act size="xs" {...(user.disabled ? {}
             : {ask: `${user.display_name} is signed out everywhere and cannot sign in.`})}
           run={() => answer(api.PATCH("/api/v1/users/{id}",
                                       {...path, body: {disabled: !user.disabled}}))}>
        {user.disabled ? "Enable" : "Disable"}
      </Act>
      <Act size="xs" color="red" variant="light" done={close}
           run={() => answer(api.DELETE("/api/v1/users/{id}", path))}
           ask={`${user.display_name} is signed out and gone. What they did stays in the trail.`}>
        Remove
      </Act>
      {open === "edit" && <EditUser user={user} close={shut} />}
      {open === "password" && <ResetPassword user={user} close={shut} />}
    </Group>
  );
}

export function UserDetail({user, close}: {user: User; close: () => void}) {
  const mine = useWho().user.id === user.id;
  return (
    <Card withBorder component="section" aria-label="The user">
      <Group justify="space-between" mb="sm" wrap="nowrap">
        <Title order={4} className="breaks">{user.display_name}</Title>
        <ActionIcon variant="subtle" color="gray" aria-label="Close" onClick={close}>
          <IconX size={18} />
        </ActionIcon>
      </Group>
      <Stack gap="sm">
        <Group gap="xs">
          <Status value={user.disabled ? "disabled" : "active"} />
          <Text size="sm">{ROLES[user.role]}</Text>
        </Group>
        <Text size="sm">
          Signs in as <b>{user.name}</b>, {user.second_factor ? "with" : "without"} a second factor,
          since <Time at={user.created_at} />.
        </Text>
        <Anchor size="sm" renderRoot={(props) =>
          <Link to="/audit" {...props}
                search={(old: object) => ({...place(old), user: String(user.id)})} />}>
          What they did
        </Anchor>
        {mine ? (
          <Anchor size="sm" renderRoot={(props) =>
            <Link to="/account" search={place} {...props} />}>
            This is you: your account
          </Anchor>) : <Acts user={user} close={close} />}
      </Stack>
    </Card>
  );
}
