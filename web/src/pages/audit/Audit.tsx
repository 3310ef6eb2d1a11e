// The audit trail: who did what, and who looked at what. It has ids and nothing else of a patient.
import {Button, Text} from "@mantine/core";
import {useInfiniteQuery} from "@tanstack/react-query";
import {Link} from "@tanstack/react-router";

import {answer, api, type Schemas} from "../../api/client";
import {Page} from "../../components/Page";
import {type Column, Rows} from "../../components/Rows";
import {Empty, Fault, Loading} from "../../components/states";
import {Time} from "../../components/Time";
import {place} from "../../shell/institution";
import {usePageSearch} from "../../shell/search";
import {wordsFor} from "./acts";
import {type AuditSearch, Filters} from "./Filters";

type Entry = Schemas["AuditEntry"];

const LIMIT = 200;
const NARROW = ["user", "act", "since", "until"] as const;

function useTrail({user, act, since, until}: AuditSearch) {
  return useInfiniteQuery({
    queryKey: ["audit", user, act, since, until],
    initialPageParam: undefined as string | undefined,
    queryFn: ({pageParam}) => answer<Entry[]>(api.GET("/api/v1/audit", {params: {query: {
      limit: LIMIT,
      ...(user ? {user_id: Number(user)} : {}),
      ...(act ? {act} : {}),
      ...(since ? {since} : {}),
      ...(until ? {until} : {}),
      ...(pageParam === undefined ? {} : {cursor: pageParam}),
    }}})),
    getNextPageParam: (last) => last.page?.next_cursor ?? undefined,
  });
}

function Act({act}: {act: string}) {
  return act.includes(" ") ? <span className="code">{act}</span> : <>{wordsFor(act)}</>;
}

// An event is looked up where it was revealed.
function About({about}: {about: string}) {
  const event = /^Event (evt_\w+)$/.exec(about)?.[1];
  if (event === undefined) return <span className="code">{about || "–"}</span>;
  return <Link to="/events" className="plain code" search={(old) => ({...place(old), event})}>
    {about}</Link>;
}

const COLUMNS: Column<Entry>[] = [
  {title: "Time", show: (row) => <Time at={row.at} />, text: (row) => row.at},
  {title: "Who", show: (row) => row.who || "nobody known",
   text: (row) => row.who},
  {title: "What", show: (row) => <Act act={row.act} />, text: (row) => row.act},
  {title: "About", show: (row) => <About about={row.about} />,
   text: (row) => row.about},
  {title: "Detail", show: (row) => row.detail || "–", text: (row) => row.detail},
];

export function Audit() {
  const {search, change} = usePageSearch<(typeof NARROW)[number]>();
  const trail = useTrail(search);
  const rows = trail.data?.pages.flatMap((page) => page.data) ?? [];
  return (
    <Page title="Audit" acts={
      <Button variant="default" loading={trail.isRefetching} onClick={() => void trail.refetch()}>
        Refresh</Button>}>
      <Text size="sm" c="dimmed">
        What people did, the newest first. Rows are only ever added; calls of keys are not among
        them.
      </Text>
      <Filters search={search} seen={rows.map(({act}) => act)} change={change} />
      {trail.isPending && <Loading />}
      {trail.isError && <Fault error={trail.error} again={() => void trail.refetch()} />}
      {trail.isSuccess && rows.length === 0 && (
        <Empty title="Nothing was put down">Nobody has done such a thing at such a time.</Empty>)}
      {rows.length > 0 && (
        <Rows name="audit" columns={COLUMNS} rows={rows} keyOf={(row) => String(row.id)}
              more={trail.hasNextPage ? () => void trail.fetchNextPage() : undefined}
              loadingMore={trail.isFetchingNextPage} />)}
    </Page>
  );
}
