// How something stands, in colour and in a word: colour alone is lost on some.
import {Badge} from "@mantine/core";

const COLORS: Record<string, string> = {
  green: "green", complete: "green", completed: "green", delivered: "green", healthy: "green",
  accepted: "green", active: "green",
  red: "red", failed: "red", failing: "red", disabled: "red", declined: "red",
  pending: "yellow", retrying: "yellow", writing: "yellow", verifying: "yellow", open: "blue",
};

export function Status({value}: {value: string}) {
  return (
    <Badge variant="light" color={COLORS[value] ?? "gray"} size="sm" tt="none" miw="max-content">
      {value}
    </Badge>
  );
}
