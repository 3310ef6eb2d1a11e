// The one way to the server. Types are made from its own document when the pages are built.
import createClient from "openapi-fetch";

import type {components, paths} from "./schema";

export type Schemas = components["schemas"];

// A refusal in the envelope's words.
export class Refused extends Error {
  // What is still to come of a sign-in; empty in most cases.
  readonly wants: string;

  constructor(readonly status: number, readonly reasons: string[], fields?: Headers) {
    super(reasons.join("; ") || `The server answers ${status}`);
    this.wants = fields?.get("x-chartbell-sign-in") ?? "";
  }
}

let csrf = "";
// Every act of a session carries it; see docs/api.md, "Users".
export function actWith(token: string) {
  csrf = token;
}

// Of what a page asks by itself: nobody is there by it.
export const BY_ITSELF = {headers: {"X-Chartbell-Background": "1"}};

export const api = createClient<paths>({credentials: "same-origin"});

api.use({
  onRequest({request}) {
    if (csrf && request.method !== "GET") request.headers.set("X-Chartbell-Csrf", csrf);
    const account = new URLSearchParams(location.search).get("account");
    if (account) request.headers.set("X-Chartbell-Account", account);
    return request;
  },
});

export interface Envelope<Data> {
  data: Data;
  count?: number;
  page?: {next_cursor: string | null; has_more: boolean};
}

// The answer's envelope, or the refusal as an error. What `data` is the caller names by the
// document's schemas: an envelope says it in words that types lose.
export async function answer<Data>(
  asked: Promise<{data?: unknown; error?: unknown; response: Response}>,
): Promise<Envelope<Data>> {
  const {data, error, response} = await asked;
  if (response.ok) return (data ?? {}) as Envelope<Data>;
  const reasons = (error as {error?: string[]} | undefined)?.error ?? [];
  throw new Refused(response.status, reasons, response.headers);
}
