// What stands around every page: where one is, whose data is shown, who looks.
import {
  ActionIcon, Burger, Group, Menu, NavLink, Select, Title, useComputedColorScheme,
  useMantineColorScheme,
} from "@mantine/core";
import {useDisclosure} from "@mantine/hooks";
import {IconApi, IconLogout, IconMoon, IconSun, IconUser, IconUserCog} from "@tabler/icons-react";
import {useQueryClient} from "@tanstack/react-query";
import {Link, Outlet, useNavigate, useRouterState, useSearch} from "@tanstack/react-router";
import {useEffect} from "react";

import {Zone} from "../components/Time";
import {place, useChooseInstitution, useInstitutions, useSubdomain, useZone} from "./institution";
import {PAGES} from "./pages";
import {PaletteButton} from "./PaletteButton";
import {mayAct, SESSION, type Session, useSignOut} from "./session";

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
    <Select aria-label="Institution" className="institution" allowDeselect={false} value={subdomain || null}
            data={rows.map((row) => ({value: row.subdomain, label: row.name}))}
            onChange={(value) => value !== null && void choose(value)} />
  );
}

// Endpoints belong to keys; one key's are shown at a time.
function Account({names}: {names: string[]}) {
  const search: {account?: string} = useSearch({strict: false});
  const navigate = useNavigate();
  const queries = useQueryClient();
  const choose = async (account: string) => {
    await navigate({to: ".", search: (old: object) => ({...old, account})});
    await queries.resetQueries({predicate: (query) => query.queryKey[0] !== SESSION[0]});
  };
  return (
    <Select aria-label="Key whose endpoints are shown" w={160} allowDeselect={false} data={names}
            value={search.account ?? names[0] ?? null} className="second"
            onChange={(value) => value !== null && void choose(value)} />
  );
}

function Scheme() {
  // Else it would write a style into the page for a moment.
  const {setColorScheme} = useMantineColorScheme({keepTransitions: true});
  const dark = useComputedColorScheme("light") === "dark";
  return (
    <ActionIcon variant="default" size="lg" className="second" aria-label={dark ? "Light colours" : "Dark colours"}
                onClick={() => setColorScheme(dark ? "light" : "dark")}>
      {dark ? <IconSun size={18} /> : <IconMoon size={18} />}
    </ActionIcon>
  );
}

function Person({session}: {session: Session}) {
  const leave = useSignOut();
  return (
    <Menu position="bottom-end" withinPortal={false}>
      <Menu.Target>
        <ActionIcon variant="default" size="lg" aria-label={`Signed in as ${session.user.display_name}`}>
          <IconUser size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{session.user.display_name}, {session.user.role}</Menu.Label>
        <Menu.Item leftSection={<IconUserCog size={16} />} renderRoot={(props) =>
          <Link to="/account" search={place} {...props} />}>
          Your account
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => leave.mutate(false)}>
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
          <PaletteButton />
          {session.accounts.length > 1 && <Account names={session.accounts} />}
          <Institution />
          <Scheme />
          <Person session={session} />
        </Group>
      </header>
      <nav aria-label="Pages">
        {PAGES.filter((page) => mayAct(session, page.least)).map((page) => (
          <NavLink key={page.path} renderRoot={(props) =>
                     <Link to={page.path} search={place} {...props} />}
                   label={page.title} active={here(page.path)} onClick={close}
                   leftSection={<page.icon size={18} stroke={1.7} aria-hidden />} />
        ))}
        <NavLink href="/docs" label="API" leftSection={<IconApi size={18} aria-hidden />} />
      </nav>
      <main id="main" tabIndex={-1}>
        <Zone value={useZone()}><Outlet /></Zone>
      </main>
    </div>
  );
}
