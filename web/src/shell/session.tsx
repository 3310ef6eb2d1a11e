// Who has signed in, and what their role lets them do. The server decides; the pages only leave
// out what it would refuse.
import {useMutation, useQuery, useQueryClient} from "@tanstack/react-query";

import {actWith, answer, api, Refused, type Schemas} from "../api/client";

export type Session = Schemas["Session"];
export type Role = Session["user"]["role"];

// What is missing until somebody is in.
export type Missing = "setup" | "password" | "code";

const ORDER: Role[] = ["viewer", "operator", "admin"];

export function mayAct(session: Session, least: Role) {
  return ORDER.indexOf(session.user.role) >= ORDER.indexOf(least);
}

export const SESSION = ["session"];

// Null where it is no matter of signing in.
export function missingBy(error: unknown): Missing | null {
  if (!(error instanceof Refused) || error.status !== 401) return null;
  if (error.wants === "second_factor") return "code";
  return error.wants === "setup" ? "setup" : "password";
}

async function askForSession(): Promise<Session | Missing> {
  try {
    const {data} = await answer<Session>(api.GET("/api/v1/session"));
    actWith(data.csrf_token);
    return data;
  } catch (error) {
    const missing = missingBy(error);
    if (missing !== null) return missing;
    throw error;
  }
}

export const SESSION_QUERY = {queryKey: SESSION, staleTime: 60_000, queryFn: askForSession};

export function useSession() {
  return useQuery(SESSION_QUERY);
}

// Within the pages, where there always is one.
export function useWho(): Session {
  const {data} = useSession();
  if (data === undefined || typeof data === "string") throw new Error("nobody has signed in");
  return data;
}

// What the server says of the session counts from now on; nothing of an earlier one stays.
export function useTakeSession() {
  const queries = useQueryClient();
  return (session: Session | Missing) => {
    actWith(typeof session === "string" ? "" : session.csrf_token);
    queries.removeQueries({predicate: (query) => query.queryKey[0] !== SESSION[0]});
    queries.setQueryData(SESSION, session);
  };
}

// The same person's session behind a new password or second factor: all that is shown stays.
export function useRenewSession() {
  const queries = useQueryClient();
  return (session: Session) => {
    actWith(session.csrf_token);
    queries.setQueryData(SESSION, session);
  };
}

export function useSignOut() {
  const take = useTakeSession();
  return useMutation({
    mutationFn: (everywhere: boolean) =>
      answer(api.DELETE("/api/v1/session", {body: {everywhere}})),
    onSuccess: () => take("password"),
  });
}
