// What the overview shows as it changes: a stream of the server's, whose messages become what the
// page's questions would have been answered. While there is none, the page asks by itself.
import {type QueryClient, useQueryClient} from "@tanstack/react-query";
import {useSearch} from "@tanstack/react-router";
import {useEffect, useState} from "react";

import {answer, api, BY_ITSELF, Refused} from "../../api/client";
import {messagesOf} from "../../api/messages";
import {SESSION} from "../../shell/session";

const AFTER_FAULT_MS = 2_000;
const A_WHILE_MS = 1_000;

type Told = (up: boolean) => void;

// Which question each part of the stream answers.
const keyOf = (event: string, subdomain: string) => ({
  activity: ["activity", subdomain],
  sources: ["sync-status", subdomain],
  endpoints: ["endpoints"],
})[event];

async function follow(subdomain: string, queries: QueryClient, signal: AbortSignal, told: Told) {
  const {data: body} = await answer<ReadableStream<Uint8Array>>(
    api.GET("/api/v1/activity/stream", {
      ...BY_ITSELF, params: {query: {subdomain}}, parseAs: "stream", signal,
    }).then(({data, ...rest}) => ({...rest, data: {data}})));
  told(true);
  for await (const {event, data} of messagesOf(body)) {
    const key = keyOf(event, subdomain);
    if (key) queries.setQueryData(key, JSON.parse(data));
  }
}

function pause(ms: number, signal: AbortSignal) {
  return new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => { clearTimeout(timer); resolve(); });
  });
}

// Whoever is refused as nobody has been signed out, which the door shows. What ends after a while
// is asked for again at once: its session may be over.
async function goOn(subdomain: string, queries: QueryClient, signal: AbortSignal, told: Told) {
  while (!signal.aborted) {
    const began = performance.now();
    try {
      await follow(subdomain, queries, signal, told);
    } catch (error) {
      if (!signal.aborted && error instanceof Refused && error.status === 401)
        return void queries.invalidateQueries({queryKey: SESSION});
    }
    if (signal.aborted) return;
    told(false);
    if (performance.now() - began < A_WHILE_MS) await pause(AFTER_FAULT_MS, signal);
  }
}

// A browser has few connections for one server: a page that nobody sees leaves its own to others.
function useVisible() {
  const [visible, setVisible] = useState(!document.hidden);
  useEffect(() => {
    const look = () => setVisible(!document.hidden);
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  return visible;
}

// Whether the stream is there.
export function useLive(subdomain: string): boolean {
  const {account}: {account?: string} = useSearch({strict: false});
  const queries = useQueryClient();
  const visible = useVisible();
  const [live, setLive] = useState(false);
  useEffect(() => {
    if (subdomain === "" || !visible) return;
    const end = new AbortController();
    void goOn(subdomain, queries, end.signal, setLive);
    return () => {
      end.abort();
      setLive(false);
    };
  }, [subdomain, account, queries, visible]);
  return live;
}
