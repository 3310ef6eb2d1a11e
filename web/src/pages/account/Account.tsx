// One's own account: password, second factor, where one is signed in.
import {Badge, Card, Group, Stack, Text, Title} from "@mantine/core";
import type {ReactNode} from "react";

import {Act} from "../../components/Act";
import {Page} from "../../components/Page";
import {Time} from "../../components/Time";
import {type Session, useSignOut, useWho} from "../../shell/session";
import "./account.css";
import {Password} from "./Password";
import {SecondFactor} from "./SecondFactor";

export function Section({title, note, children}: {
  title: string;
  note?: ReactNode;
  children: ReactNode;
}) {
  return (
    <Card withBorder component="section" aria-label={title}>
      <Stack gap="md" align="flex-start">
        <Group gap="sm"><Title order={3} size="h4">{title}</Title>{note}</Group>
        {children}
      </Stack>
    </Card>
  );
}

const MAY: Record<Session["user"]["role"], string> = {
  viewer: "You can look at everything that is not covered.",
  operator: "You can look at everything and act on it; what you reveal is put down.",
  admin: "You can do everything, users and the audit trail included.",
};

function You({session}: {session: Session}) {
  const {user} = session;
  return (
    <Section title={user.display_name} note={<Badge variant="light" tt="none">{user.role}</Badge>}>
      <Text size="sm">You sign in as <b>{user.name}</b>. {MAY[user.role]}</Text>
    </Section>
  );
}

function Sessions({session}: {session: Session}) {
  const leave = useSignOut();
  return (
    <Section title="Where you are signed in">
      <Text size="sm">
        Here until <Time at={session.ends_at} /> at the latest, and no longer than 15 minutes
        without you. Signing out everywhere ends this session and those of all other browsers.
      </Text>
      <Act run={() => leave.mutateAsync(true)}
           ask="Every browser that you are signed in with is signed out, this one too.">
        Sign out everywhere
      </Act>
    </Section>
  );
}

export function Account() {
  const session = useWho();
  return (
    <Page title="Your account">
      <div className="account">
        <You session={session} />
        <Sessions session={session} />
        <Section title="Password"><Password name={session.user.name} /></Section>
        <SecondFactor on={session.user.second_factor} />
      </div>
    </Page>
  );
}
