// The one way to the server. Types are made from its own document when the pages are built.
import createClient from "openapi-fetch";

import type {paths} from "./schema";

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

interface Answered<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

// The answer's envelope, or the refusal as an error.
export async function answer<T>(asked: Promise<Answered<T>>): Promise<T> {
  const {data, error, response} = await asked;
  if (data !== undefined) return data;
  const reasons = (error as {error?: string[]} | undefined)?.error ?? [];
  throw new Refused(response.status, reasons);
}
