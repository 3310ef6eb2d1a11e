// A patient's answers below the form's own questions. Asked for when somebody has said to want
// them, and forgotten when they are no longer shown.
import {Stack, Title} from "@mantine/core";
import {useQuery} from "@tanstack/react-query";

import {answer, api, type Schemas} from "../../api/client";
import {Facts} from "../../components/Facts";
import {Fault, Loading} from "../../components/states";
import {useSubdomain} from "../../shell/institution";
import {type Field, say, type Section, useTemplate} from "./template";

type Values = Record<string, unknown>;

function useAnswers(id: number) {
  const subdomain = useSubdomain();
  return useQuery({
    queryKey: ["form-answers", subdomain, id],
    enabled: subdomain !== "",
    gcTime: 0,
    queryFn: async () => (await answer<{answers: Values}>(api.GET("/form_responses/{id}", {
      params: {path: {id}, query: {subdomain}}}))).data.answers,
  });
}

function words(value: unknown, field: Field, language: string): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.map((one) => words(one, field, language)).join(", ");
  if (typeof value === "string") return say(field.choices?.[value], language) || value;
  if (typeof value === "object" && value !== null && "name" in value)
    return `signed: ${String(value.name)}`;
  return String(value);
}

function Part({section, values, language}: {section: Section; values: Values; language: string}) {
  const answered = section.fields.filter(({field}) => values[field] !== undefined);
  if (answered.length === 0) return null;
  return (
    <div>
      <Title order={4} size="h6" mb={4} dir="auto">{say(section.title, language)}</Title>
      <Facts rows={answered.map((field): [string, string] => [
        say(field.label, language), words(values[field.field], field, language)])} />
    </div>
  );
}

export function Answers({response}: {response: Schemas["FormResponseDetail"]}) {
  const answers = useAnswers(response.id);
  const template = useTemplate(response.form_template_id);
  const failed = [answers, template].find((query) => query.isError);
  if (failed) return <Fault error={failed.error} again={() => void failed.refetch()} />;
  if (!answers.data || !template.data) return <Loading />;
  return (
    <Stack gap="md">
      {template.data.sections.map((section, index) => (
        <Part key={index} section={section} values={answers.data} language={response.language} />))}
    </Stack>
  );
}
