// What stands around every page: where one is, whose data is shown, who looks.
import {
  ActionIcon, Burger, Group, Menu, NavLink, Select, Title, useComputedColorScheme,
  useMantineColorScheme,
} from "@mantine/core";
import {useDisclosure} from "@mantine/hooks";
import {IconApi, IconLogout, IconMoon, IconSun, IconUser} from "@tabler/icons-react";
import {useMutation} from "@tanstack/react-query";
import {Link, Outlet, useRouterState} from "@tanstack/react-router";
import {useEffect} from "react";

import {answer, api} from "../api/client";
import {useChooseInstitution, useInstitutions, useSubdomain} from "./institution";
import {PAGES} from "./pages";
import {mayAct, type Session, useForgetSession} from "./session";

function Institution() {
  const institutions = useInstitutions();
  const subdomain = useSubdomain();
  const choose = useChooseInstitution();
  const rows = institutions.data ?? [];
  const first = rows[0]?.subdomain;
  useEffect(() => {
    if (subdomain === "" && first !== undefined) void choose(first, true);
  }, [subdomain, first, choose]);
  return (
    <Select aria-label="Institution" w={220} allowDeselect={false} value={subdomain || null}
            data={rows.map((row) => ({value: row.subdomain, label: row.name}))}
            onChange={(value) => value !== null && void choose(value)} />
  );
}

function Scheme() {
  const {setColorScheme} = useMantineColorScheme();
  const dark = useComputedColorScheme("light") === "dark";
  return (
    <ActionIcon variant="default" size="lg" aria-label={dark ? "Light colours" : "Dark colours"}
                onClick={() => setColorScheme(dark ? "light" : "dark")}>
      {dark ? <IconSun size={18} /> : <IconMoon size={18} />}
    </ActionIcon>
  );
}

function Person({session}: {session: Session}) {
  const forget = useForgetSession();
  const leave = useMutation({
    mutationFn: () => answer(api.DELETE("/api/v1/session")),
    onSettled: forget,
  });
  return (
    <Menu position="bottom-end" withinPortal={false}>
      <Menu.Target>
        <ActionIcon variant="default" size="lg" aria-label={`Signed in as ${session.name}`}>
          <IconUser size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{session.name}, {session.role}</Menu.Label>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => leave.mutate()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

export function Shell({session}: {session: Session}) {
  const [unfolded, {toggle, close}] = useDisclosure();
  const path = useRouterState({select: (state) => state.location.pathname});
  const here = (page: string) => page === "/" ? path === "/" : path.startsWith(page);
  return (
    <div className={unfolded ? "frame unfolded" : "frame"}>
      <a className="skip" href="#main">Skip to the page</a>
      <header>
        <Group gap="sm" wrap="nowrap">
          <Burger className="unfold" opened={unfolded} onClick={toggle} size="sm"
                  aria-label="Navigation" aria-expanded={unfolded} />
          <Title order={1} size="h4">Chartbell</Title>
        </Group>
        <Group gap="xs" wrap="nowrap">
          <Institution />
          <Scheme />
          <Person session={session} />
        </Group>
      </header>
      <nav aria-label="Pages">
        {PAGES.filter((page) => mayAct(session, page.least)).map((page) => (
          <NavLink key={page.path} renderRoot={(props) =>
                     <Link to={page.path} search={(old: {in?: string}) => ({in: old.in})} {...props} />}
                   label={page.title} active={here(page.path)} onClick={close}
                   leftSection={<page.icon size={18} stroke={1.7} aria-hidden />} />
        ))}
        <NavLink href="/docs" label="API" leftSection={<IconApi size={18} aria-hidden />} />
      </nav>
      <main id="main" tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  );
}
