// The forms that can be asked for, in all their versions.
import {Button, Group, Select, Stack, Text, Title} from "@mantine/core";
import {useState} from "react";

import {answer, api} from "../../api/client";
import {Act} from "../../components/Act";
import {Panel} from "../../components/Panel";
import {type Column, Rows} from "../../components/Rows";
import {Empty, Fault, Loading} from "../../components/states";
import {Status} from "../../components/Status";
import {Time} from "../../components/Time";
import {useSubdomain} from "../../shell/institution";
import {usePageSearch} from "../../shell/search";
import {mayAct, useWho} from "../../shell/session";
import {NewVersion} from "./NewVersion";
import {Preview} from "./Preview";
import {type Template, useTemplate, useVersions, type Version} from "./template";

const standing = (row: Version) => row.active ? "active" : "retired";

const columns: Column<Version>[] = [
  {title: "Form", show: (row) => row.name, text: (row) => row.name},
  {title: "Version", show: (row) => row.version, text: (row) => row.version},
  {title: "How it stands", show: (row) => <Status value={standing(row)} />, text: standing},
  {title: "Made", show: (row) => <Time at={row.created_at} />,
   text: (row) => row.created_at},
  {title: "Id", show: (row) => row.id, text: (row) => row.id},
];

function Activate({version}: {version: Version}) {
  const subdomain = useSubdomain();
  return (
    <Act size="xs" run={() => answer(api.PATCH("/form_templates/{id}", {
      params: {path: {id: version.id}, query: {subdomain}}, body: {active: !version.active}}))}>
      {version.active ? "Retire" : "Make active"}
    </Act>
  );
}

function Change({template}: {template: Template}) {
  const [changing, setChanging] = useState(false);
  const {change} = usePageSearch<"item">();
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setChanging(true)}>Change</Button>
      {changing && <NewVersion text={JSON.stringify(template, null, 2)}
                               close={() => setChanging(false)}
                               made={(id) => change({item: String(id)})} />}
    </>
  );
}

function TemplateDetail({version, close}: {version: Version; close: () => void}) {
  const {search, change} = usePageSearch<"language">();
  const operator = mayAct(useWho(), "operator");
  const template = useTemplate(version.id);
  const languages = template.data?.languages ?? [];
  const language = languages.find((one) => one === search.language) ?? languages[0] ?? "";
  return (
    <Panel name="The template" title={`${version.name}, version ${version.version}`} close={close}>
      <Group gap="sm" justify="space-between">
        <Status value={standing(version)} />
        {operator && (
          <Group gap="xs">
            {template.data && <Change template={template.data} />}
            <Activate version={version} />
          </Group>)}
      </Group>
      <Text size="sm" c="dimmed">
        {version.active ? "Patients can be asked for it." : "Nobody is asked for it any more."}
        {" "}What it asks never changes: another text is another version.
      </Text>
      {template.isPending && <Loading />}
      {template.isError && <Fault error={template.error} again={() => void template.refetch()} />}
      {template.isSuccess && (
        <Stack gap="sm">
          <Select label="Language" w={190} allowDeselect={false} data={languages} value={language}
                  onChange={(value) => change({language: value ?? ""})} />
          <Title order={4} size="h5">What it asks</Title>
          <Preview template={template.data} language={language} />
        </Stack>)}
    </Panel>
  );
}

export function Templates() {
  const {search, change} = usePageSearch<"item" | "language">();
  const versions = useVersions();
  const rows = versions.data ?? [];
  const chosen = rows.find((row) => String(row.id) === search.item);
  return (
    <>
      {versions.isPending && <Loading />}
      {versions.isError && <Fault error={versions.error} again={() => void versions.refetch()} />}
      {versions.isSuccess && rows.length === 0 && (
        <Empty title="No templates">Programs add them; three come with Chartbell.</Empty>)}
      <div className={chosen ? "split open" : "split"}>
        {rows.length > 0 && (
          <div>
            <Rows name="form templates" columns={columns} rows={rows} chosen={search.item}
                  keyOf={(row) => String(row.id)}
                  choose={(row) => change({item: String(row.id)})} />
          </div>)}
        {chosen && <TemplateDetail key={chosen.id} version={chosen}
                                   close={() => change({item: "", language: ""})} />}
      </div>
    </>
  );
}
