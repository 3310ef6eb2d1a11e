// A new secret, shown once; for how long the old one signs along is chosen.
import {NativeSelect, Text} from "@mantine/core";
import {useMutation, useQueryClient} from "@tanstack/react-query";

import {answer, api, type Schemas} from "../../api/client";
import {FormDialog} from "../../components/FormDialog";
import {Secret} from "./Secret";

const OVERLAPS = [
  {value: "86400", label: "for a day"},
  {value: "604800", label: "for a week"},
  {value: "3600", label: "for an hour"},
  {value: "0", label: "not at all: somebody else may know it"},
];

export function Rotate({endpoint, close}: {endpoint: number; close: () => void}) {
  const queries = useQueryClient();
  const rotate = useMutation({
    mutationFn: async (overlap_seconds: number) => (await answer<Schemas["Endpoint"]>(
      api.POST("/webhook_endpoints/{id}/rotate_secret",
               {params: {path: {id: endpoint}}, body: {overlap_seconds}}))).data.secret_key,
    onSuccess: () => queries.invalidateQueries({queryKey: ["endpoints"]}),
  });
  if (rotate.data !== undefined) return <Secret secret={rotate.data} close={close} />;
  return (
    <FormDialog title="New secret" act="Make a new secret" close={close} busy={rotate.isPending}
                error={rotate.error} submit={({overlap = ""}) => rotate.mutate(Number(overlap))}>
      <Text size="sm">
        A new secret signs from now on. Your program goes on taking what comes while the old one
        signs along.
      </Text>
      <NativeSelect label="The old one signs along" name="overlap" data={OVERLAPS} />
    </FormDialog>
  );
}
