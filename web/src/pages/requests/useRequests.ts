// Bookings that wait for the practice, and who and where they can be moved to.
import {useQuery} from "@tanstack/react-query";
import {useEffect} from "react";

import {answer, api, BY_ITSELF, type Schemas} from "../../api/client";
import {moreOf, rowsOf, usePages} from "../../api/usePages";
import {useSubdomain} from "../../shell/institution";

export type Request = Schemas["Request"];
export type Place = Schemas["Location"];

const EVERY = 5_000;
const PAGE = 500;
const ROWS_BY_THEMSELVES = 5_000;
const NAMES = 1_000;

const startOf = (row: Request) => row.appointment.start_time ?? "";

// They come as they were asked for, and are wanted as they begin: so all of them are loaded, as
// long as they are not too many.
export function useRequests(status: Request["status"] | undefined) {
  const subdomain = useSubdomain();
  const list = usePages<Request>(["requests", subdomain, status], (page, asked) =>
    answer(api.GET("/api/v1/requests", {...asked, params: {query: {
      subdomain, ...page, ...(status === undefined ? {} : {status})}}})),
    {limit: PAGE, enabled: subdomain !== ""});
  const rows = rowsOf(list);
  const wants = list.hasNextPage && !list.isFetchingNextPage && rows.length < ROWS_BY_THEMSELVES;
  const {fetchNextPage} = list;
  useEffect(() => { if (wants) void fetchNextPage(); }, [wants, fetchNextPage]);
  return {
    list,
    rows: rows.toSorted((a, b) => startOf(a).localeCompare(startOf(b))),
    ...moreOf(list),
  };
}

export function useRequest(id: string) {
  const subdomain = useSubdomain();
  return useQuery({
    queryKey: ["request", subdomain, id],
    enabled: subdomain !== "",
    refetchInterval: EVERY,
    queryFn: async () => (await answer<Request>(api.GET("/api/v1/requests/{id}", {
      ...BY_ITSELF, params: {path: {id: Number(id)}, query: {subdomain}}}))).data,
  });
}

export function useProviders() {
  const subdomain = useSubdomain();
  return useQuery({
    queryKey: ["providers", subdomain],
    enabled: subdomain !== "",
    staleTime: 60_000,
    queryFn: async () => (await answer<Schemas["Provider"][]>(
      api.GET("/providers", {params: {query: {subdomain, per_page: NAMES}}}))).data,
  }).data ?? [];
}

export function useOperatories() {
  const subdomain = useSubdomain();
  return useQuery({
    queryKey: ["operatories", subdomain],
    enabled: subdomain !== "",
    staleTime: 60_000,
    queryFn: async () => (await answer<Schemas["Operatory"][]>(
      api.GET("/operatories", {params: {query: {subdomain, per_page: NAMES}}}))).data,
  }).data ?? [];
}

export function minutesOf({appointment: {start_time: start, end_time: end}}: Request) {
  return start && end ? Math.round((Date.parse(end) - Date.parse(start)) / 60_000) : null;
}
