// What an event looks like when it comes: the catalogue's own sample, of nobody who lives.
import {Text} from "@mantine/core";

import {Json} from "../../components/Json";
import type {EventName} from "../events/catalogue";

export function Sample({name}: {name: EventName | undefined}) {
  if (name === undefined) return null;
  if (name.sample === undefined)
    return <Text size="sm" c="dimmed">There is no sample of {name.event}.</Text>;
  return (
    <details className="sample" open>
      <summary>A sample of {name.event}</summary>
      <Json value={name.sample} />
    </details>
  );
}
