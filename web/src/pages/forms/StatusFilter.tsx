// How what is listed stands; in the address.
import {Select} from "@mantine/core";

import {usePageSearch} from "../../shell/search";

export function StatusFilter({states}: {states: readonly string[]}) {
  const {search, change} = usePageSearch<"status" | "item">();
  return (
    <Select label="How they stand" placeholder="All" clearable w={190} data={[...states]}
            clearButtonProps={{"aria-label": "However they stand"}} value={search.status ?? null}
            onChange={(value) => change({status: value ?? "", item: ""})} />
  );
}
