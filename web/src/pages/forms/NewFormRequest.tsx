// Asks a patient: which one, which form, and then the link, which is shown once.
import {NativeSelect, TextInput} from "@mantine/core";
import {useMutation, useQueryClient} from "@tanstack/react-query";
import {useState} from "react";

import {answer, api, type Schemas} from "../../api/client";
import type {Fields} from "../../components/fields";
import {FormDialog} from "../../components/FormDialog";
import {ShownOnce} from "../../components/ShownOnce";
import {useLocations, useSubdomain} from "../../shell/institution";
import {useTemplate, useVersions} from "./template";

interface Made {form_request: Schemas["FormRequestDetail"] & {url: string}}

const DAYS_MAX = 90;
const DAY_MS = 86_400_000;

function Link({url, close}: {url: string; close: () => void}) {
  return (
    <ShownOnce title="The patient's link" value={url} done="I have sent it" close={close}>
      Send it to the patient and to nobody else. It asks for the patient's date of birth before it
      shows anything. It is shown now and not again.
    </ShownOnce>
  );
}

function useAsk() {
  const subdomain = useSubdomain();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({patient, form, location, language, days}: Fields) => (await answer<Made>(
      api.POST("/form_requests", {params: {query: {subdomain}}, body: {form_request: {
        patient_id: Number(patient), form_template_id: Number(form), location_id: Number(location),
        ...(language ? {language} : {}),
        expires_at: new Date(Date.now() + Number(days) * DAY_MS).toISOString(),
      }}}))).data.form_request,
    onSuccess: () => queries.invalidateQueries({queryKey: ["form-requests"]}),
  });
}

// The newest version of each form, where it is active.
function useChoices() {
  const rows = (useVersions().data ?? []).filter((row) => row.active);
  const newest = new Map(rows.toReversed().map((row) => [row.name, row]));
  return [...newest.values()].toSorted((a, b) => a.name.localeCompare(b.name))
    .map((row) => ({value: String(row.id), label: `${row.name} ${row.version}`}));
}

function Questions() {
  const forms = useChoices();
  const [form, setForm] = useState<string>();
  const chosen = form ?? forms[0]?.value;
  const languages = useTemplate(chosen ? Number(chosen) : undefined).data?.languages ?? [];
  const places = [...useLocations().values()].map((row) => (
    {value: String(row.id), label: row.name ?? String(row.id)}));
  return (
    <>
      <TextInput label="Patient's id" description="Chartbell's number of the patient" name="patient"
                 inputMode="numeric" pattern="[1-9][0-9]*" autoComplete="off" required
                 withAsterisk={false} />
      <NativeSelect label="Form" name="form" data={forms} {...(chosen ? {value: chosen} : {})}
                    onChange={(event) => setForm(event.currentTarget.value)} />
      <NativeSelect label="Language" name="language" key={chosen ?? ""}
                    data={[{value: "", label: "The patient's"}, ...languages]} />
      <NativeSelect label="Location" name="location" data={places} />
      <TextInput label="Days until the link ends" name="days" type="number" min={1}
                 max={DAYS_MAX - 1} defaultValue="14" required withAsterisk={false} />
    </>
  );
}

export function NewFormRequest({close, made}: {close: () => void; made: (id: string) => void}) {
  const ask = useAsk();
  const done = () => {
    if (ask.data) made(ask.data.id);
    close();
  };
  if (ask.data) return <Link url={ask.data.url} close={done} />;
  return (
    <FormDialog title="Ask a patient" act="Make the link" close={close} busy={ask.isPending}
                error={ask.error} submit={(fields) => ask.mutate(fields)}>
      <Questions />
    </FormDialog>
  );
}
