// Events as they come, from the moment that somebody wants to see them: the feed's next page is
// waited for, again and again.
import {useQueryClient} from "@tanstack/react-query";
import {useEffect, useState} from "react";

import {answer, api, BY_ITSELF, type Schemas} from "../../api/client";

type EventRow = Schemas["EventRow"];

const KEPT = 5_000;
const WAIT_SECONDS = 25;
const AFTER_FAULT_MS = 3_000;

function pause(ms: number, signal: AbortSignal) {
  return new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => { clearTimeout(timer); resolve(); });
  });
}

async function follow(subdomain: string, signal: AbortSignal, take: (rows: EventRow[]) => void) {
  let cursor: string | undefined;
  while (!signal.aborted) {
    try {
      const page = await answer<EventRow[]>(api.GET("/api/v1/events/feed", {
        ...BY_ITSELF, signal,
        params: {query: {subdomain, limit: 500,
                         ...(cursor === undefined ? {} : {cursor, wait: WAIT_SECONDS})}},
      }));
      cursor = page.page?.next_cursor ?? cursor;
      if (page.data.length > 0) take(page.data);
    } catch {
      await pause(AFTER_FAULT_MS, signal);
    }
  }
}

export function useTail(subdomain: string, wanted: boolean) {
  const [rows, setRows] = useState<EventRow[]>([]);
  const queries = useQueryClient();
  useEffect(() => {
    if (!wanted || subdomain === "") return;
    const end = new AbortController();
    void follow(subdomain, end.signal, (more) =>
      setRows((old) => [...more.toReversed(), ...old].slice(0, KEPT)));
    return () => {
      end.abort();
      setRows([]);
      void queries.invalidateQueries({queryKey: ["events"]});
    };
  }, [subdomain, wanted, queries]);
  return rows;
}
