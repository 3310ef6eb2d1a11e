// The pages, in the order of the navigation; whoever adds one adds its row here and in router.tsx.
import {
  IconActivity, IconApi, IconBellRinging, IconCalendarQuestion, IconDatabase, IconForms,
  IconListDetails, IconSend, IconTarget, IconUsers,
} from "@tabler/icons-react";

import type {Role} from "./session";

export interface PageRow {
  path: string;
  title: string;
  icon: typeof IconApi;
  least: Role;
}

export const PAGES: PageRow[] = [
  {path: "/", title: "Overview", icon: IconActivity, least: "viewer"},
  {path: "/events", title: "Events", icon: IconBellRinging, least: "viewer"},
  {path: "/deliveries", title: "Deliveries", icon: IconSend, least: "viewer"},
  {path: "/endpoints", title: "Endpoints", icon: IconTarget, least: "viewer"},
  {path: "/sources", title: "Sources", icon: IconDatabase, least: "viewer"},
  {path: "/requests", title: "Requests", icon: IconCalendarQuestion, least: "viewer"},
  {path: "/forms", title: "Forms", icon: IconForms, least: "viewer"},
  {path: "/users", title: "Keys & users", icon: IconUsers, least: "admin"},
  {path: "/audit", title: "Audit", icon: IconListDetails, least: "admin"},
];
