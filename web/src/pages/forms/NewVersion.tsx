// A template's text becomes a version. What is wrong in it the server says, and where.
import {Text, Textarea} from "@mantine/core";
import {useMutation, useQueryClient} from "@tanstack/react-query";
import {useState} from "react";

import {answer, api} from "../../api/client";
import {FormDialog} from "../../components/FormDialog";
import {useSubdomain} from "../../shell/institution";
import type {Version} from "./template";

interface Props {
  text: string;  // to begin with
  close: () => void;
  made: (id: number) => void;
}

function useAdd({close, made}: Pick<Props, "close" | "made">) {
  const subdomain = useSubdomain();
  const queries = useQueryClient();
  return useMutation({
    // As it was typed: the same text again is the same version.
    mutationFn: async (text: string) => (await answer<Version>(api.POST("/form_templates", {
      params: {query: {subdomain}}, body: text as never,
      bodySerializer: (typed) => typed as never}))).data,
    onSuccess: async (version) => {
      await queries.invalidateQueries({queryKey: ["form-versions"]});
      close();
      made(version.id);
    },
  });
}

export function NewVersion({text, close, made}: Props) {
  const [typed, setTyped] = useState(text);
  const add = useAdd({close, made});
  return (
    <FormDialog title="New version" act="Add it" close={close} busy={add.isPending}
                error={add.error} submit={() => add.mutate(typed)}>
      <Text size="sm">
        With the name of a form that is there it becomes that form's next version, else a new
        form. Requests that are open keep the version that they were made with.
      </Text>
      <Textarea label="Template (JSON)" value={typed} rows={16} required withAsterisk={false}
                spellCheck={false} classNames={{input: "code"}}
                onChange={(event) => setTyped(event.currentTarget.value)} />
    </FormDialog>
  );
}
