// What is known of an endpoint's deliveries: what waits for another try, what was given up, and
// every attempt. One shape for all three.
import {useInfiniteQuery} from "@tanstack/react-query";

import {answer, api, BY_ITSELF, type Schemas} from "../../api/client";

export type State = "retrying" | "dead" | "all";

export interface DeliveryRow {
  key: string;
  event_id: string;
  at: string | null;       // of the last attempt that is known, or of giving up
  attempts: number;
  outcome: string;
  next: string | null;
}

const LIMIT = 200;
const EVERY = 3_000;

async function retries(id: number, page: {limit: number; cursor?: string}) {
  const list = await answer<Schemas["WaitingRetry"][]>(api.GET("/api/v1/endpoints/{id}/retries", {
    ...BY_ITSELF, params: {path: {id}, query: page}}));
  return {...list, data: list.data.map((row): DeliveryRow => ({
    key: row.event_id, event_id: row.event_id, at: row.first_attempt_at, attempts: row.attempts,
    outcome: "retrying", next: row.next_attempt_at}))};
}

async function deadLetters(id: number, page: {limit: number; cursor?: string}) {
  const list = await answer<Schemas["DeadLetter"][]>(
    api.GET("/api/v1/endpoints/{id}/dead_letters", {
      ...BY_ITSELF, params: {path: {id}, query: page}}));
  return {...list, data: list.data.map((row): DeliveryRow => ({
    key: row.event_id, event_id: row.event_id, at: row.failed_at, attempts: row.attempts,
    outcome: "dead", next: null}))};
}

async function attempts(id: number, page: {limit: number; cursor?: string}) {
  const list = await answer<Schemas["Attempt"][]>(api.GET("/api/v1/endpoints/{id}/deliveries", {
    ...BY_ITSELF, params: {path: {id}, query: page}}));
  return {...list, data: list.data.map((row): DeliveryRow => ({
    key: `${row.event_id} ${row.attempt} ${row.attempted_at}`, event_id: row.event_id,
    at: row.attempted_at, attempts: row.attempt,
    outcome: row.status === null ? row.outcome : `${row.outcome} ${row.status}`, next: null}))};
}

const LISTS = {retrying: retries, dead: deadLetters, all: attempts};

export function useDeliveries(id: number | undefined, state: State) {
  return useInfiniteQuery({
    queryKey: ["deliveries", id, state],
    enabled: id !== undefined,
    refetchInterval: EVERY,
    initialPageParam: undefined as string | undefined,
    queryFn: ({pageParam}) => LISTS[state](id ?? 0, {
      limit: LIMIT, ...(pageParam === undefined ? {} : {cursor: pageParam})}),
    getNextPageParam: (last) => last.page?.next_cursor ?? undefined,
  });
}
