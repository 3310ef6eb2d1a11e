// When a source's lights changed.
import {Button, Title} from "@mantine/core";

import {answer, api, type Schemas} from "../../api/client";
import {moreOf, rowsOf, usePages} from "../../api/usePages";
import {type Column, Rows} from "../../components/Rows";
import {Empty, Fault, Loading} from "../../components/states";
import {Status} from "../../components/Status";
import {Time} from "../../components/Time";
import {useSubdomain} from "../../shell/institution";

type Change = Schemas["LightChange"];

const columns: Column<Change>[] = [
  {title: "Time", show: (row) => <Time at={row.at} />, text: (row) => row.at},
  {title: "Light", show: (row) => row.light, text: (row) => row.light},
  {title: "Became", show: (row) => <Status value={row.status} />, text: (row) => row.status},
];

export function Lights({source}: {source: string}) {
  const subdomain = useSubdomain();
  const list = usePages<Change>(["lights", subdomain, source], (page, asked) =>
    answer(api.GET("/api/v1/sources/{name}/lights", {
      ...asked, params: {path: {name: source}, query: {subdomain, ...page}}})));
  const rows = rowsOf(list);
  return (
    <div>
      <Title order={4} size="h5" mb="xs">How its lights changed</Title>
      {list.isPending && <Loading />}
      {list.isError && <Fault error={list.error} again={() => void list.refetch()} />}
      {list.isSuccess && rows.length === 0 && !list.hasNextPage && (
        <Empty title="They never changed">
          Each change of a light is an event, and stands here.
        </Empty>)}
      {list.isSuccess && rows.length === 0 && list.hasNextPage && (
        <Button size="xs" variant="default" loading={list.isFetchingNextPage}
                onClick={() => void list.fetchNextPage()}>Look further back</Button>)}
      {rows.length > 0 && (
        <Rows name={`lights of ${source}`} columns={columns} rows={rows}
              keyOf={(row) => row.event_id} height={Math.min(260, 60 + rows.length * 42)}
              {...moreOf(list)} />)}
    </div>
  );
}
