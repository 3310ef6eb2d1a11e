// A JSON value as a tree that opens by keyboard. Values are text, whatever they hold.
import {Text} from "@mantine/core";

type Value = null | boolean | number | string | Value[] | {[key: string]: Value};

function Leaf({value}: {value: null | boolean | number | string}) {
  if (typeof value === "string") return <Text span inherit dir="auto">{`"${value}"`}</Text>;
  return <Text span inherit c="blue">{String(value)}</Text>;
}

function Node({name, value, depth}: {name: string | null; value: Value; depth: number}) {
  const label = name === null ? null : <Text span inherit c="dimmed">{name}: </Text>;
  if (value === null || typeof value !== "object")
    return <div>{label}<Leaf value={value} /></div>;
  const entries = Array.isArray(value)
    ? value.map((each, index) => [String(index), each] as const)
    : Object.entries(value);
  const count = `${entries.length} ${Array.isArray(value) ? "items" : "members"}`;
  return (
    <details open={depth < 3}>
      <summary>{label}<Text span inherit c="dimmed">{count}</Text></summary>
      <div>
        {entries.map(([key, each]) =>
          <Node key={key} name={key} value={each} depth={depth + 1} />)}
      </div>
    </details>
  );
}

export function Json({value}: {value: unknown}) {
  return <div className="tree code"><Node name={null} value={value as Value} depth={0} /></div>;
}
