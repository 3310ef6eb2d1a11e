// What the command palette offers, and which of it fits what was typed.
import {useComputedColorScheme, useMantineColorScheme} from "@mantine/core";
import {useNavigate} from "@tanstack/react-router";

import {useCatalogue} from "../pages/events/catalogue";
import {useEndpoints} from "../pages/endpoints/useEndpoints";
import {place, useChooseInstitution, useInstitutions} from "./institution";
import {PAGES} from "./pages";
import {mayAct, useSignOut, useWho} from "./session";

export interface Command {
  id: string;
  group: string;
  title: string;
  run: () => void;
}

const SHOWN = 40;
const RESOURCE_TYPES = "appointment, patient or other resource";

function useGo() {
  const navigate = useNavigate();
  return (to: string, more: Record<string, string> = {}) =>
    () => void navigate({to, search: (old: object) => ({...place(old), ...more})});
}

function usePages(): Command[] {
  const go = useGo();
  const who = useWho();
  const pages = PAGES.filter((page) => mayAct(who, page.least)).map((page) =>
    ({id: page.path, group: "Pages", title: page.title, run: go(page.path)}));
  return [
    ...pages,
    {id: "account", group: "Pages", title: "Your account", run: go("/account")},
    {id: "docs", group: "Pages", title: "API", run: () => location.assign("/docs")},
  ];
}

function useActs(): Command[] {
  const go = useGo();
  const who = useWho();
  const leave = useSignOut();
  const {setColorScheme} = useMantineColorScheme({keepTransitions: true});
  const dark = useComputedColorScheme("light") === "dark";
  const act = (title: string, run: () => void): Command =>
    ({id: title, group: "Acts", title, run});
  return [
    ...(mayAct(who, "operator") ? [act("New endpoint", go("/endpoints", {new: "1"}))] : []),
    ...(mayAct(who, "admin") ? [
      act("New user", go("/users", {new: "1"})),
      act("Show what was revealed", go("/audit", {act: "revealed"})),
    ] : []),
    act("Follow events live", go("/events", {live: "1"})),
    act("Show what was given up", go("/deliveries", {state: "dead"})),
    act(dark ? "Switch theme: light colours" : "Switch theme: dark colours",
        () => setColorScheme(dark ? "light" : "dark")),
    act("Change your password", go("/account")),
    act("Sign out", () => leave.mutate(false)),
  ];
}

function useThings(): Command[] {
  const go = useGo();
  const choose = useChooseInstitution();
  const institutions = (useInstitutions().data ?? []).map((row): Command => ({
    id: `institution ${row.subdomain}`, group: "Institutions", title: row.name,
    run: () => void choose(row.subdomain)}));
  const endpoints = (useEndpoints().data ?? []).map((row): Command => ({
    id: `endpoint ${row.id}`, group: "Endpoints",
    title: row.description ? `${row.description} · ${row.target_url}` : row.target_url,
    run: go("/endpoints", {endpoint: String(row.id)})}));
  const names = (useCatalogue().data ?? []).flatMap((row) => row.delivered);
  const events = names.map((name): Command => ({
    id: `events ${name}`, group: "Events", title: name, run: go("/events", {type: name})}));
  return [...institutions, ...endpoints, ...events];
}

// An id is looked up, whatever it is the id of.
function useIds(typed: string): Command[] {
  const go = useGo();
  const endpoints = useEndpoints().data ?? [];
  if (/^evt_\w+$/.test(typed))
    return [{id: "by id", group: "By id", title: `Event ${typed}`,
             run: go("/events", {event: typed})}];
  if (!/^\d{1,18}$/.test(typed)) return [];
  const endpoint = endpoints.find((row) => String(row.id) === typed);
  return [
    {id: "by id", group: "By id", title: `Events of the ${RESOURCE_TYPES} ${typed}`,
     run: go("/events", {resource: typed})},
    ...(endpoint ? [{id: "endpoint by id", group: "By id",
                     title: `Endpoint ${typed}: ${endpoint.target_url}`,
                     run: go("/endpoints", {endpoint: typed})}] : []),
  ];
}

// Every word has to be there; what begins with the first one comes first in its group.
function fitting(commands: Command[], typed: string) {
  const words = typed.toLowerCase().split(/\s+/).filter((word) => word !== "");
  const fits = commands.filter(({title}) =>
    words.every((word) => title.toLowerCase().includes(word)));
  const begins = ({title}: Command) => title.toLowerCase().startsWith(words[0] ?? "") ? 0 : 1;
  const groups = [...new Set(fits.map(({group}) => group))];
  return groups.flatMap((group) => fits.filter((each) => each.group === group)
    .sort((a, b) => begins(a) - begins(b))).slice(0, SHOWN);
}

export function useCommands(typed: string): Command[] {
  const all = [...usePages(), ...useActs(), ...useThings()];
  return [...useIds(typed.trim()), ...fitting(all, typed)];
}
