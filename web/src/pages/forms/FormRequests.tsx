// Forms that patients were asked to fill in.
import {Button, Text} from "@mantine/core";
import {useQuery} from "@tanstack/react-query";
import {Link} from "@tanstack/react-router";
import {useState} from "react";

import {answer, api, BY_ITSELF, type Schemas} from "../../api/client";
import {moreOf, rowsOf, usePages} from "../../api/usePages";
import {Act} from "../../components/Act";
import {Facts} from "../../components/Facts";
import {Panel} from "../../components/Panel";
import {type Column, Rows} from "../../components/Rows";
import {Empty, Fault, Loading} from "../../components/states";
import {Status} from "../../components/Status";
import {Time} from "../../components/Time";
import {place, useLocations, useSubdomain} from "../../shell/institution";
import {usePageSearch} from "../../shell/search";
import {mayAct, useWho} from "../../shell/session";
import {NewFormRequest} from "./NewFormRequest";
import {StatusFilter} from "./StatusFilter";
import {useVersionNames} from "./template";

type FormRequest = Schemas["FormRequestDetail"];

const STATES = ["open", "completed", "revoked", "expired"] as const;
const EVERY = 5_000;

// An open one that the patient has begun says so.
const standing = (row: FormRequest) =>
  row.status === "open" && row.has_draft ? "open – begun" : row.status;

export function NewRequestButton() {
  const [asking, setAsking] = useState(false);
  const {change} = usePageSearch<"view" | "item" | "status">();
  if (!mayAct(useWho(), "operator")) return null;
  return (
    <>
      <Button onClick={() => setAsking(true)}>Ask a patient</Button>
      {asking && <NewFormRequest close={() => setAsking(false)}
                                 made={(id) => change({view: "", status: "", item: id})} />}
    </>
  );
}

function useColumns(): Column<FormRequest>[] {
  const nameOf = useVersionNames();
  const places = useLocations();
  const zone = (row: FormRequest) => places.get(row.location_id)?.tz;
  return [
    {title: "Asked", show: (row) => <Time at={row.created_at} zone={zone(row)} />,
     text: (row) => row.created_at},
    {title: "Form", show: (row) => nameOf(row.form_template_id),
     text: (row) => nameOf(row.form_template_id)},
    {title: "Patient", show: (row) => `no. ${row.patient_id}`, text: (row) => row.patient_id},
    {title: "How it stands", show: (row) => <Status value={standing(row)} />, text: standing},
    {title: "Language", show: (row) => row.language ?? "–", text: (row) => row.language},
    {title: "Link ends", show: (row) => <Time at={row.expires_at} zone={zone(row)} />,
     text: (row) => row.expires_at},
    {title: "Id", show: (row) => <span className="code">{row.id}</span>, text: (row) => row.id},
  ];
}

function useFormRequest(id: string) {
  const subdomain = useSubdomain();
  return useQuery({
    queryKey: ["form-request", subdomain, id],
    enabled: subdomain !== "",
    refetchInterval: EVERY,
    queryFn: async () => (await answer<FormRequest>(api.GET("/form_requests/{id}", {
      ...BY_ITSELF, params: {path: {id}, query: {subdomain}}}))).data,
  });
}

function Whole({request}: {request: FormRequest}) {
  const subdomain = useSubdomain();
  const nameOf = useVersionNames();
  const at = useLocations().get(request.location_id);
  const operator = mayAct(useWho(), "operator");
  return (
    <>
      <Facts rows={[
        ["How it stands", <Status value={standing(request)} />],
        ["Form", nameOf(request.form_template_id)],
        ["Patient", `no. ${request.patient_id}`],
        ["Appointment", request.appointment_id === null ? "–" : `no. ${request.appointment_id}`],
        ["Location", at?.name ?? "–"],
        ["Language", request.language ?? "–"],
        ["Asked", <Time at={request.created_at} zone={at?.tz} />],
        ["Link ends", <Time at={request.expires_at} zone={at?.tz} />],
        ["Ended", <Time at={request.ended_at} zone={at?.tz} />],
      ]} />
      {request.status === "completed" && (
        <Link to="/forms" className="plain" search={(old: object) => (
          {...place(old), view: "responses", request: request.id})}>Its response</Link>)}
      {request.status === "open" && (
        <Text size="sm" c="dimmed">
          Its link was shown once, when it was made. Whoever has lost it is asked anew.
        </Text>)}
      {request.status === "open" && operator && (
        <div>
          <Act size="xs" color="red" variant="light"
               run={() => answer(api.DELETE("/form_requests/{id}", {
                 params: {path: {id: request.id}, query: {subdomain}}}))}
               ask={"The link leads nowhere from now on, and what the patient has filled in of it "
                    + "is gone. This cannot be undone."}>
            Revoke
          </Act>
        </div>)}
    </>
  );
}

function FormRequestDetail({id, close}: {id: string; close: () => void}) {
  const request = useFormRequest(id);
  return (
    <Panel name="The form request" title="Form request" close={close}>
      <Text className="code breaks">{id}</Text>
      <div aria-live="polite">
        {request.isPending && <Loading />}
        {request.isError && <Fault error={request.error} again={() => void request.refetch()} />}
      </div>
      {request.isSuccess && <Whole request={request.data} />}
    </Panel>
  );
}

export function FormRequests() {
  const {search, change} = usePageSearch<"status" | "item">();
  const subdomain = useSubdomain();
  const status = STATES.find((one) => one === search.status);
  const list = usePages<FormRequest>(["form-requests", subdomain, status], (page, asked) =>
    answer(api.GET("/form_requests", {...asked, params: {query: {
      subdomain, ...page, ...(status === undefined ? {} : {status})}}})),
    {enabled: subdomain !== ""});
  const rows = rowsOf(list);
  const columns = useColumns();
  return (
    <>
      <StatusFilter states={STATES} />
      {list.isPending && <Loading />}
      {list.isError && <Fault error={list.error} again={() => void list.refetch()} />}
      {list.isSuccess && rows.length === 0 && (
        <Empty title={status ? `None is ${status}` : "No patient was asked yet"}>
          Ask a patient, and you get a link to send. What they fill in becomes a response here, and
          a document in the record system.
        </Empty>)}
      <div className={search.item ? "split open" : "split"}>
        <div aria-live="polite">
          {rows.length > 0 && (
            <Rows name="form requests" columns={columns} rows={rows} keyOf={(row) => row.id}
                  chosen={search.item} choose={(row) => change({item: row.id})}
                  {...moreOf(list)} />)}
        </div>
        {search.item && <FormRequestDetail key={search.item} id={search.item}
                                           close={() => change({item: ""})} />}
      </div>
    </>
  );
}
