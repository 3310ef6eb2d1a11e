// Rows that seem to be gone, too many at once to be believed. Whoever knows that they are says so.
import {Alert, Stack, Table, Text} from "@mantine/core";
import {IconShieldHalf} from "@tabler/icons-react";
import {useState} from "react";

import {answer, api} from "../../api/client";
import {Act} from "../../components/Act";
import {useSubdomain} from "../../shell/institution";
import {mayAct, useWho} from "../../shell/session";
import {type Source, withheld} from "./useSources";

type Row = Source["withheld_removals"][number];

const words = (rows: Row[]) => rows.map((row) =>
  `${row.missing.toLocaleString()} of ${row.stored.toLocaleString()} rows of ${row.resource}`)
  .join(", ");

const percent = ({missing, stored}: Row) =>
  stored === 0 ? "–" : `${(100 * missing / stored).toFixed(1)} %`;

function Numbers({rows}: {rows: Row[]}) {
  return (
    <Table fz="sm" className="numbers" aria-label="Removals held back">
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Rows of</Table.Th><Table.Th scope="col">Gone</Table.Th>
          <Table.Th scope="col">Stored</Table.Th><Table.Th scope="col">Share</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((row) => (
          <Table.Tr key={row.resource}>
            <Table.Td>{row.resource}</Table.Td><Table.Td>{row.missing.toLocaleString()}</Table.Td>
            <Table.Td>{row.stored.toLocaleString()}</Table.Td><Table.Td>{percent(row)}</Table.Td>
          </Table.Tr>))}
      </Table.Tbody>
    </Table>
  );
}

function Confirm({source, done}: {source: Source; done: (removals: number) => void}) {
  const subdomain = useSubdomain();
  const removals = withheld(source);
  return (
    <Act color="red" variant="filled" done={() => done(removals)}
         run={() => answer(api.POST("/api/v1/sources/{name}/confirm_removals", {
           params: {path: {name: source.name}, query: {subdomain}}, body: {removals}}))}
         ask={`${words(source.withheld_removals)} are told as gone, to all who have subscribed.`
              + " That cannot be taken back. Do it only where you know that they are gone from the"
              + " record system indeed."}>
      Confirm removals
    </Act>
  );
}

export function Guard({source}: {source: Source}) {
  const operator = mayAct(useWho(), "operator");
  const [confirmed, setConfirmed] = useState<number>();
  const removals = withheld(source);
  if (removals === 0) return null;
  return (
    <Alert color="yellow" icon={<IconShieldHalf />} title="Removals are held back" role="status">
      <Stack gap="sm" align="flex-start">
        <Text size="sm">
          So many rows at once are more often a wrong database or an empty restore than true. Until
          somebody says that they are gone, none of them is told.
        </Text>
        <Numbers rows={source.withheld_removals} />
        {confirmed === removals && (
          <Text size="sm" fw={600}>Confirmed. They are told with the next comparison.</Text>)}
        {confirmed !== removals && operator && <Confirm source={source} done={setConfirmed} />}
        {!operator && <Text size="xs">Operators may confirm them.</Text>}
      </Stack>
    </Alert>
  );
}
