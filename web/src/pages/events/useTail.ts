// Events as they come, from the moment that somebody wants to see them: the feed's next page is
// waited for, again and again.
import {useQueryClient} from "@tanstack/react-query";
import {useEffect, useState} from "react";

import {answer, api, BY_ITSELF, type Schemas} from "../../api/client";

type EventRow = Schemas["EventRow"];

const KEPT = 5_000;
const WAIT_SECONDS = 25;
const AFTER_FAULT_MS = 3_000;
// However many come, people read no faster; and each look costs a request and a drawing.
const PACE_MS = 250;

function pause(ms: number, signal: AbortSignal) {
  return new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => { clearTimeout(timer); resolve(); });
  });
}

interface Taker {
  begun: () => void;  // from here on nothing is missed
  take: (rows: EventRow[]) => void;
}

function ask(subdomain: string, cursor: string | undefined, signal: AbortSignal) {
  return answer<EventRow[]>(api.GET("/api/v1/events/feed", {
    ...BY_ITSELF, signal,
    params: {query: {subdomain, limit: 500,
                     ...(cursor === undefined ? {} : {cursor, wait: WAIT_SECONDS})}},
  }));
}

async function follow(subdomain: string, signal: AbortSignal, {begun, take}: Taker) {
  let cursor: string | undefined;
  while (!signal.aborted) {
    try {
      const {data, page} = await ask(subdomain, cursor, signal);
      if (cursor === undefined) begun();
      cursor = page?.next_cursor ?? cursor;
      if (data.length > 0) take(data);
      if (!page?.has_more) await pause(PACE_MS, signal);
    } catch {
      await pause(AFTER_FAULT_MS, signal);
    }
  }
}

export interface Tail {
  rows: EventRow[];
  full: boolean;  // earlier ones have been let go
}

const NOTHING: Tail = {rows: [], full: false};

function grown({rows, full}: Tail, more: EventRow[]): Tail {
  const all = [...more.toReversed(), ...rows];
  return {rows: all.slice(0, KEPT), full: full || all.length > KEPT};
}

export function useTail(subdomain: string, wanted: boolean): Tail {
  const [tail, setTail] = useState(NOTHING);
  const queries = useQueryClient();
  useEffect(() => {
    if (!wanted || subdomain === "") return;
    const end = new AbortController();
    const again = () => void queries.invalidateQueries({queryKey: ["events"]});
    void follow(subdomain, end.signal,
                {begun: again, take: (more) => setTail((old) => grown(old, more))});
    return () => {
      end.abort();
      setTail(NOTHING);
      again();
    };
  }, [subdomain, wanted, queries]);
  return tail;
}
