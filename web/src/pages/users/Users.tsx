// Keys & users: who may sign in, and which programs may call.
import {Button, Stack, Text, Title} from "@mantine/core";

import {Page} from "../../components/Page";
import {type Column, Rows} from "../../components/Rows";
import {Fault, Loading} from "../../components/states";
import {Status} from "../../components/Status";
import {Time} from "../../components/Time";
import {usePageSearch} from "../../shell/search";
import {Keys} from "./Keys";
import {NewUser} from "./NewUser";
import {UserDetail} from "./UserDetail";
import {type User, useUsers} from "./useUsers";

const stateOf = (row: User) => row.disabled ? "disabled" : "active";
const factorOf = (row: User) => row.second_factor ? "on" : "off";

const COLUMNS: Column<User>[] = [
  {title: "Name", show: (row) => row.display_name, text: (row) => row.display_name},
  {title: "Signs in as", show: (row) => row.name, text: (row) => row.name},
  {title: "Role", show: (row) => row.role, text: (row) => row.role},
  {title: "Second factor", show: factorOf, text: factorOf},
  {title: "State", show: (row) => <Status value={stateOf(row)} />, text: stateOf},
  {title: "Since", show: (row) => <Time at={row.created_at} />, text: (row) => row.created_at},
];

function People() {
  const {search, change} = usePageSearch<"user">();
  const users = useUsers();
  const chosen = users.data?.find((row) => String(row.id) === search.user);
  if (users.isPending) return <Loading />;
  if (users.isError) return <Fault error={users.error} again={() => void users.refetch()} />;
  return (
    <div className={chosen ? "split open" : "split"}>
      <div>
        <Rows name="users" columns={COLUMNS} rows={users.data} keyOf={(row) => String(row.id)}
              chosen={search.user} choose={(row) => change({user: String(row.id)})} />
      </div>
      {chosen && <UserDetail key={chosen.id} user={chosen} close={() => change({user: ""})} />}
    </div>
  );
}

export function Users() {
  const {search, change} = usePageSearch<"new" | "user">();
  return (
    <Page title="Keys & users" acts={
      <Button onClick={() => change({new: "1"})}>New user</Button>}>
      {search.new === "1" && <NewUser close={() => change({new: ""})}
                                      made={(id) => change({new: "", user: String(id)})} />}
      <Stack component="section" gap="xs" aria-label="Users">
        <Title order={3} size="h4">Users</Title>
        <Text size="sm" c="dimmed">People who sign in here. They see every institution.</Text>
        <People />
      </Stack>
      <Stack component="section" gap="xs" aria-label="API keys" mt="md">
        <Title order={3} size="h4">API keys</Title>
        <Text size="sm" c="dimmed">
          Programs that call the API. Keys are made by the configuration or <span className="code">
          chartbell keys create</span>; the server has their hashes alone.
        </Text>
        <Keys />
      </Stack>
    </Page>
  );
}
