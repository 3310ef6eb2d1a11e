// What patients have answered, and how it gets into the record system.
import {Alert, Button, Group, Text} from "@mantine/core";
import {useQuery} from "@tanstack/react-query";

import {answer, api, BY_ITSELF, type Schemas} from "../../api/client";
import {moreOf, rowsOf, usePages} from "../../api/usePages";
import {Act} from "../../components/Act";
import {Facts} from "../../components/Facts";
import {Masked} from "../../components/Masked";
import {Panel} from "../../components/Panel";
import {type Column, Rows} from "../../components/Rows";
import {Empty, Fault, Loading} from "../../components/states";
import {Status} from "../../components/Status";
import {Time} from "../../components/Time";
import {useLocations, useSubdomain} from "../../shell/institution";
import {usePageSearch} from "../../shell/search";
import {mayAct, useWho} from "../../shell/session";
import {Answers} from "./Answers";
import {StatusFilter} from "./StatusFilter";
import {useVersionNames} from "./template";

type FormResponse = Schemas["FormResponseDetail"];

const STATES = ["pending", "complete", "failed"] as const;
const EVERY = 5_000;

function useColumns(): Column<FormResponse>[] {
  const nameOf = useVersionNames();
  const places = useLocations();
  const zone = (row: FormResponse) => places.get(row.location_id)?.tz;
  return [
    {title: "Answered", show: (row) => <Time at={row.created_at} zone={zone(row)} />,
     text: (row) => row.created_at},
    {title: "Form", show: (row) => nameOf(row.form_template_id),
     text: (row) => nameOf(row.form_template_id)},
    {title: "Patient", show: (row) => `no. ${row.patient_id}`, text: (row) => row.patient_id},
    {title: "Record system", show: (row) => <Status value={row.status} />,
     text: (row) => row.status},
    {title: "Fault", show: (row) => row.error?.code ?? "–", text: (row) => row.error?.code},
    {title: "Language", show: (row) => row.language, text: (row) => row.language},
    {title: "Id", show: (row) => row.id, text: (row) => row.id},
  ];
}

function useFormResponse(id: string) {
  const subdomain = useSubdomain();
  return useQuery({
    queryKey: ["form-response", subdomain, id],
    enabled: subdomain !== "",
    refetchInterval: EVERY,
    queryFn: async () => {
      const {answers: _, ...row} = (await answer<FormResponse & {answers: unknown}>(
        api.GET("/form_responses/{id}", {
          ...BY_ITSELF, params: {path: {id: Number(id)}, query: {subdomain}}}))).data;
      return row as FormResponse;
    },
  });
}

function Written({response}: {response: FormResponse}) {
  const subdomain = useSubdomain();
  const operator = mayAct(useWho(), "operator");
  if (response.status !== "failed") return null;
  return (
    <Alert color="red" title="Its document is not in the record system">
      <Text size="sm" mb="xs">{response.error?.message}</Text>
      {operator && (
        <Act size="xs" run={() => answer(api.POST("/form_responses/{id}/write", {
          params: {path: {id: response.id}, query: {subdomain}}}))}>Write again</Act>)}
    </Alert>
  );
}

// Addresses of documents as Chartbell writes them; any other is no link.
const DOCUMENT = /^\/api\/documents\/[0-9a-f]{32}\.pdf$/;

function Documents({response}: {response: FormResponse}) {
  return (
    <Group gap="xs">
      {response.response_documents.map(({id, pdf_url}) => DOCUMENT.test(pdf_url) && (
        <Button key={id} component="a" href={pdf_url} target="_blank" rel="noreferrer" size="xs"
                variant="default">Open the PDF</Button>))}
    </Group>
  );
}

function Whole({response}: {response: FormResponse}) {
  const nameOf = useVersionNames();
  const at = useLocations().get(response.location_id);
  return (
    <>
      <div aria-live="polite">
        <Facts rows={[
          ["Form", nameOf(response.form_template_id)],
          ["Patient", `no. ${response.patient_id}`],
          ["Location", at?.name ?? "–"],
          ["Language", response.language],
          ["Answered", <Time at={response.created_at} zone={at?.tz} />],
          ["Record system", <Status value={response.status} />],
          ["Since", <Time at={response.updated_at} zone={at?.tz} />],
        ]} />
      </div>
      <Written response={response} />
      <Masked kind="FormResponse" id={String(response.id)} what="What the patient has answered.">
        <Documents response={response} />
        <Answers response={response} />
      </Masked>
    </>
  );
}

function FormResponseDetail({id, close}: {id: string; close: () => void}) {
  const response = useFormResponse(id);
  return (
    <Panel name="The form response" title={`Response ${id}`} close={close}>
      {response.isPending && <Loading />}
      {response.isError && <Fault error={response.error} again={() => void response.refetch()} />}
      {response.isSuccess && <Whole response={response.data} />}
    </Panel>
  );
}

export function FormResponses() {
  const {search, change} = usePageSearch<"status" | "item" | "request">();
  const subdomain = useSubdomain();
  const status = STATES.find((one) => one === search.status);
  const list = usePages<FormResponse>(
    ["form-responses", subdomain, status, search.request], (page, asked) =>
      answer(api.GET("/form_responses", {...asked, params: {query: {
        subdomain, ...page, ...(status === undefined ? {} : {status}),
        ...(search.request ? {form_request_id: search.request} : {})}}})),
    {enabled: subdomain !== ""});
  const rows = rowsOf(list);
  const columns = useColumns();
  return (
    <>
      <Group gap="sm" align="flex-end">
        <StatusFilter states={STATES} />
        {search.request && (
          <Button variant="default" onClick={() => change({request: "", item: ""})}>
            Those of all requests
          </Button>)}
      </Group>
      {list.isPending && <Loading />}
      {list.isError && <Fault error={list.error} again={() => void list.refetch()} />}
      {list.isSuccess && rows.length === 0 && (
        <Empty title="No such responses">
          A response is there as soon as a patient has sent a form.
        </Empty>)}
      <div className={search.item ? "split open" : "split"}>
        <div aria-live="polite">
          {rows.length > 0 && (
            <Rows name="form responses" columns={columns} rows={rows} chosen={search.item}
                  keyOf={(row) => String(row.id)} choose={(row) => change({item: String(row.id)})}
                  {...moreOf(list)} />)}
        </div>
        {search.item && <FormResponseDetail key={search.item} id={search.item}
                                            close={() => change({item: ""})} />}
      </div>
    </>
  );
}
