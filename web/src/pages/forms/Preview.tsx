// What a form asks, section by section, in one of its languages.
import {Badge, Group, Stack, Text, Title} from "@mantine/core";

import {type Field, kindOf, say, type Section, type Template} from "./template";
import "./forms.css";

interface Props {
  template: Template;
  language: string;
}

function condition({show_if: wanted}: Field) {
  if (!wanted) return null;
  return wanted.includes === undefined
    ? `only if ${wanted.field} is ${String(wanted.equals)}`
    : `only if ${wanted.field} has ${wanted.includes}`;
}

function Question({field, template, language}: {field: Field} & Props) {
  const property = template.schema.properties[field.field];
  const must = field.required || template.schema.required?.includes(field.field);
  const choices = Object.values(field.choices ?? {}).map((text) => say(text, language));
  return (
    <li>
      <Group gap={6}>
        <Text size="sm" dir="auto">{say(field.label, language)}</Text>
        {property && (
          <Badge size="sm" variant="light" color="gray" tt="none">{kindOf(property)}</Badge>)}
        {must && <Badge size="sm" variant="light" color="blue" tt="none">must be answered</Badge>}
      </Group>
      {[field.statement, field.help].map((text, index) => text && (
        <Text key={index} size="xs" c="dimmed" dir="auto" className="lines">
          {say(text, language)}
        </Text>))}
      {choices.length > 0 && <Text size="xs" c="dimmed" dir="auto">{choices.join(" · ")}</Text>}
      <Text size="xs" c="dimmed">
        <span className="code">{field.field}</span>{field.show_if && `, ${condition(field)}`}
      </Text>
    </li>
  );
}

function Part({section, template, language}: {section: Section} & Props) {
  return (
    <section className="asked">
      <Title order={5} size="h6" dir="auto">{say(section.title, language)}</Title>
      {section.text && <Text size="sm" c="dimmed" dir="auto">{say(section.text, language)}</Text>}
      <ol>
        {section.fields.map((field) => (
          <Question key={field.field} field={field} template={template} language={language} />))}
      </ol>
    </section>
  );
}

export function Preview({template, language}: Props) {
  return (
    <Stack gap="md" lang={language}>
      <div>
        <Text fw={600} dir="auto">{say(template.title, language)}</Text>
        {template.text && (
          <Text size="sm" c="dimmed" dir="auto" className="lines">
            {say(template.text, language)}
          </Text>)}
      </div>
      {template.sections.map((section, index) => (
        <Part key={index} section={section} template={template} language={language} />))}
    </Stack>
  );
}
