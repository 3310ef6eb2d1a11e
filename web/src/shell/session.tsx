// Who has signed in, and what their role lets them do. The server decides; the pages only leave
// out what it would refuse.
import {useQuery, useQueryClient} from "@tanstack/react-query";

import {actWith, answer, api, Refused} from "../api/client";

export type Role = "viewer" | "operator" | "admin";

export interface Session {
  login: string;
  name: string;
  role: Role;
}

const ORDER: Role[] = ["viewer", "operator", "admin"];

export function mayAct(session: Session, least: Role) {
  return ORDER.indexOf(session.role) >= ORDER.indexOf(least);
}

export const SESSION = ["session"];

// Null where nobody has signed in.
export function useSession() {
  return useQuery({
    queryKey: SESSION,
    staleTime: 60_000,
    queryFn: async (): Promise<Session | null> => {
      try {
        const {data} = await answer(api.GET("/api/v1/session"));
        actWith(data.csrf_token);
        return {login: data.user.login, name: data.user.name, role: data.user.role};
      } catch (error) {
        if (error instanceof Refused && error.status === 401) return null;
        throw error;
      }
    },
  });
}

export function useForgetSession() {
  const queries = useQueryClient();
  return () => {
    actWith("");
    queries.clear();
    queries.setQueryData(SESSION, null);
  };
}
