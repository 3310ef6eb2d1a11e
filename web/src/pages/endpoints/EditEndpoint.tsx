// Another address, another description, other options; the server says what cannot be.
import {NumberInput, Switch, Textarea, TextInput} from "@mantine/core";
import {useMutation, useQueryClient} from "@tanstack/react-query";

import {answer, api} from "../../api/client";
import type {Fields} from "../../components/fields";
import {FormDialog} from "../../components/FormDialog";
import {changeOf, type Endpoint, headerLines, NUMBER_NAMES, NUMBERS} from "./options";

function useChange(endpoint: Endpoint, close: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (fields: Fields) => {
      const body = changeOf(endpoint, fields);
      if (Object.keys(body).length === 0) return;
      await answer(api.PATCH("/webhook_endpoints/{id}",
                             {params: {path: {id: endpoint.id}}, body}));
    },
    onSuccess: async () => {
      await queries.invalidateQueries();
      close();
    },
  });
}

function Numbers({endpoint}: {endpoint: Endpoint}) {
  return (
    <div className="thirds">
      {NUMBER_NAMES.map((name) => (
        <NumberInput key={name} name={name} label={NUMBERS[name].title} min={1}
                     max={NUMBERS[name].most} placeholder="default" allowDecimal={false}
                     hideControls defaultValue={endpoint[name] ?? ""} />))}
    </div>
  );
}

export function EditEndpoint({endpoint, close}: {endpoint: Endpoint; close: () => void}) {
  const change = useChange(endpoint, close);
  return (
    <FormDialog title="Edit the endpoint" act="Save" close={close} busy={change.isPending}
                error={change.error} submit={(fields) => change.mutate(fields)}>
      <TextInput label="Address" name="target_url" defaultValue={endpoint.target_url} required
                 withAsterisk={false} data-autofocus autoComplete="off" />
      <TextInput label="Description" name="description" maxLength={200} autoComplete="off"
                 placeholder="Which program this is" defaultValue={endpoint.description ?? ""} />
      <Numbers endpoint={endpoint} />
      <TextInput label="Tries again after" name="retry_schedule"
                 description="Seconds behind the first attempt, ascending; empty for the usual ones"
                 placeholder="5, 60, 600" autoComplete="off"
                 defaultValue={endpoint.retry_schedule?.join(", ") ?? ""} />
      <Textarea label="Headers" name="headers" autosize={false} rows={3} spellCheck={false}
                description="Sent with each attempt, one a line" placeholder="X-Practice: green"
                defaultValue={headerLines(endpoint.headers)} />
      <TextInput label="Header for the old kind of signature" name="legacy_signature_header"
                 description="Gets the hex HMAC-SHA256 of the body" placeholder="X-Hub-Signature"
                 autoComplete="off" spellCheck={false}
                 defaultValue={endpoint.legacy_signature_header ?? ""} />
      <Switch label="Sign with Ed25519, too" name="ed25519"
              defaultChecked={Boolean(endpoint.ed25519_public_key)} />
    </FormDialog>
  );
}
