// Sources: the record systems that are watched, and one of them whole.
import {Page} from "../../components/Page";
import {type Column, Rows} from "../../components/Rows";
import {Empty, Fault, Loading} from "../../components/states";
import {Status} from "../../components/Status";
import {Time} from "../../components/Time";
import {usePageSearch} from "../../shell/search";
import {SourceDetail} from "./SourceDetail";
import {type Source, useSources, withheld} from "./useSources";

const columns: Column<Source>[] = [
  {title: "Source", show: (row) => row.name, text: (row) => row.name},
  {title: "Read", show: (row) => <Status value={row.read_status} />,
   text: (row) => row.read_status},
  {title: "Write", show: (row) => <Status value={row.write_status} />,
   text: (row) => row.write_status},
  {title: "Held back", show: (row) => withheld(row) || "–", text: withheld},
  {title: "Watched by", show: (row) => row.capture.mode, text: (row) => row.capture.mode},
  {title: "Now", show: (row) => row.capture.phase, text: (row) => row.capture.phase},
  {title: "Behind", show: (row) => row.capture.lag || "–", text: (row) => row.capture.lag},
  {title: "Last good read", show: (row) => <Time at={row.read_status_at} />,
   text: (row) => row.read_status_at},
];

export function Sources() {
  const {search, change} = usePageSearch<"source" | "writes">();
  const sources = useSources();
  const rows = sources.data ?? [];
  const chosen = rows.find((row) => row.name === search.source);
  return (
    <Page title="Sources">
      {sources.isPending && <Loading />}
      {sources.isError && <Fault error={sources.error} again={() => void sources.refetch()} />}
      {sources.isSuccess && rows.length === 0 && (
        <Empty title="No sources">
          A source is a record system that is watched. Sources are named in the configuration.
        </Empty>)}
      <div className={chosen ? "split open" : "split"}>
        {rows.length > 0 && (
          <div>
            <Rows name="sources" columns={columns} rows={rows} keyOf={(row) => row.name}
                  chosen={search.source} choose={(row) => change({source: row.name})} />
          </div>)}
        {chosen && <SourceDetail key={chosen.name} source={chosen}
                                 close={() => change({source: "", writes: ""})} />}
      </div>
      {sources.isSuccess && search.source && !chosen && (
        <Empty title="No such source">
          This institution has no source named “{search.source}”.
        </Empty>)}
    </Page>
  );
}
