// A new endpoint: its address, and its secret, shown once.
import {Alert, Button, Stack, TextInput} from "@mantine/core";
import {useMutation, useQueryClient} from "@tanstack/react-query";
import {useState} from "react";

import {answer, api, type Schemas} from "../../api/client";
import {Dialog} from "../../components/Dialog";
import {wordsOf} from "../../components/states";
import {Secret} from "./Secret";

export function NewEndpoint({close, made}: {close: () => void; made: (id: number) => void}) {
  const [address, setAddress] = useState("");
  const queries = useQueryClient();
  const make = useMutation({
    mutationFn: async () => (await answer<Schemas["Endpoint"]>(
      api.POST("/webhook_endpoints", {body: {target_url: address.trim()}}))).data,
    onSuccess: () => queries.invalidateQueries({queryKey: ["endpoints"]}),
  });
  if (make.data) {
    const {id, secret_key} = make.data;
    return <Secret secret={secret_key} close={() => made(id)} />;
  }
  return (
    <Dialog title="New endpoint" close={close}>
      <form onSubmit={(event) => { event.preventDefault(); make.mutate(); }}>
        <Stack gap="md">
          <TextInput label="Address" description="https, or http to this machine in development"
                     placeholder="https://example.com/events" value={address} required
                     withAsterisk={false} data-autofocus autoComplete="off"
                     onChange={(event) => setAddress(event.currentTarget.value)} />
          {make.isError && <Alert color="red" role="alert">{wordsOf(make.error)}</Alert>}
          <div className="ends">
            <Button variant="default" onClick={close}>Leave it</Button>
            <Button type="submit" loading={make.isPending}>Make it</Button>
          </div>
        </Stack>
      </form>
    </Dialog>
  );
}
