// What the record system had before, beside what it has now.
import {Table, Text} from "@mantine/core";

type Object = Record<string, unknown>;

// The leaves of a change: objects are gone into, all else is compared as it is.
function leaves(before: Object, now: Object, path: string): [string, unknown, unknown][] {
  return Object.entries(before).flatMap(([name, value]) => {
    const there = now[name];
    const at = path === "" ? name : `${path}.${name}`;
    if (isObject(value) && isObject(there)) return leaves(value, there, at);
    return JSON.stringify(value) === JSON.stringify(there) ? [] : [[at, value, there] as const];
  }).map(([at, was, is]) => [at, was, is]);
}

function isObject(value: unknown): value is Object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const show = (value: unknown) =>
  value === undefined || value === null ? "–" : typeof value === "string" ? value
    : JSON.stringify(value);

export function Changes({data}: {data: Object}) {
  const before = data["previous_attributes"];
  const now = Object.entries(data).find(([name]) => name !== "previous_attributes")?.[1];
  if (!isObject(before) || !isObject(now)) return null;
  const rows = leaves(before, now, "");
  if (rows.length === 0) return null;
  return (
    <Table aria-label="What changed" fz="sm" layout="fixed">
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Member</Table.Th><Table.Th scope="col">Before</Table.Th>
          <Table.Th scope="col">Now</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map(([at, was, is]) => (
          <Table.Tr key={at}>
            <Table.Td className="breaks">{at}</Table.Td>
            <Table.Td className="breaks" dir="auto"><del>{show(was)}</del></Table.Td>
            <Table.Td className="breaks" dir="auto"><Text span inherit fw={600}>{show(is)}</Text></Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
