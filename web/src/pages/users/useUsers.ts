import {useQuery} from "@tanstack/react-query";

import {answer, api, type Schemas} from "../../api/client";

export type User = Schemas["User"];
export type Role = User["role"];

export const ROLES: Record<Role, string> = {
  viewer: "Viewer: looks",
  operator: "Operator: looks and acts",
  admin: "Admin: users and the audit trail, too",
};
export const ROLE_OPTIONS = Object.entries(ROLES).map(([value, label]) => ({value, label}));

export function useUsers() {
  return useQuery({
    queryKey: ["users"],
    queryFn: async () => (await answer<User[]>(api.GET("/api/v1/users"))).data,
  });
}
