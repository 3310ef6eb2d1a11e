// A new endpoint: its address, and its secret, shown once.
import {TextInput} from "@mantine/core";
import {useMutation, useQueryClient} from "@tanstack/react-query";

import {answer, api, type Schemas} from "../../api/client";
import {FormDialog} from "../../components/FormDialog";
import {Secret} from "./Secret";

export function NewEndpoint({close, made}: {close: () => void; made: (id: number) => void}) {
  const queries = useQueryClient();
  const make = useMutation({
    mutationFn: async (address: string) => (await answer<Schemas["Endpoint"]>(
      api.POST("/webhook_endpoints", {body: {target_url: address}}))).data,
    onSuccess: () => queries.invalidateQueries({queryKey: ["endpoints"]}),
  });
  if (make.data) {
    const {id, secret_key} = make.data;
    return <Secret secret={secret_key} close={() => made(id)} />;
  }
  return (
    <FormDialog title="New endpoint" act="Make it" close={close} busy={make.isPending}
                error={make.error} submit={({address = ""}) => make.mutate(address.trim())}>
      <TextInput label="Address" description="https, or http to this machine in development"
                 placeholder="https://example.com/events" name="address" required
                 withAsterisk={false} data-autofocus autoComplete="off" />
    </FormDialog>
  );
}
