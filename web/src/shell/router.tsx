// Which address shows what. `in` is the institution; what else a page keeps in its address it
// checks itself.
import {createRootRoute, createRoute, createRouter, lazyRouteComponent} from "@tanstack/react-router";

import {Loading} from "../components/states";
import {Gate} from "./Gate";

type Search = Record<string, string | undefined>;

// Texts alone: whatever else stands in an address is passed over.
function texts(search: Record<string, unknown>): Search {
  return Object.fromEntries(Object.entries(search).flatMap(([name, value]) =>
    typeof value === "string" || typeof value === "number" ? [[name, String(value)]] : []));
}

const root = createRootRoute({component: Gate, validateSearch: texts});

const page = <Path extends string>(path: Path, load: () => Promise<object>, name: string) =>
  createRoute({
    getParentRoute: () => root,
    path,
    component: lazyRouteComponent(load as never, name as never),
  });

const routes = root.addChildren([
  page("/", () => import("../pages/overview/Overview"), "Overview"),
  page("/events", () => import("../pages/events/Events"), "Events"),
  page("/deliveries", () => import("../pages/deliveries/Deliveries"), "Deliveries"),
  page("/endpoints", () => import("../pages/endpoints/Endpoints"), "Endpoints"),
  page("/sources", () => import("../pages/sources/Sources"), "Sources"),
  page("/requests", () => import("../pages/requests/Requests"), "Requests"),
  page("/forms", () => import("../pages/forms/Forms"), "Forms"),
  page("/users", () => import("../pages/users/Users"), "Users"),
  page("/audit", () => import("../pages/audit/Audit"), "Audit"),
  page("/account", () => import("../pages/account/Account"), "Account"),
]);

export const router = createRouter({
  routeTree: routes,
  basepath: "/app",
  defaultPreload: "intent",
  defaultPendingComponent: Loading,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
