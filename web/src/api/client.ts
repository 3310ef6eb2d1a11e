// The one way to the server. Types are made from its own document when the pages are built.
import createClient from "openapi-fetch";

import type {components, paths} from "./schema";

export type Schemas = components["schemas"];

// A refusal in the envelope's words.
export class Refused extends Error {
  constructor(readonly status: number, readonly reasons: string[]) {
    super(reasons.join("; ") || `The server answers ${status}`);
  }
}

let csrf = "";
// Every act of a session carries it; see docs/api.md, "Sign-in".
export function actWith(token: string) {
  csrf = token;
}

export const api = createClient<paths>({credentials: "same-origin"});

api.use({
  onRequest({request}) {
    if (csrf && request.method !== "GET") request.headers.set("X-Chartbell-Csrf", csrf);
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
  throw new Refused(response.status, reasons);
}
