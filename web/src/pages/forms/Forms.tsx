// Forms: what patients are asked, what they have answered, and by which templates.
import {SegmentedControl} from "@mantine/core";

import {Page} from "../../components/Page";
import {usePageSearch} from "../../shell/search";
import {FormRequests, NewRequestButton} from "./FormRequests";
import {FormResponses} from "./FormResponses";
import {Templates} from "./Templates";

const VIEWS = [
  {value: "requests", label: "Requests"},
  {value: "responses", label: "Responses"},
  {value: "templates", label: "Templates"},
];

export function Forms() {
  const {search, change} = usePageSearch<"view" | "status" | "item" | "language" | "request">();
  const view = VIEWS.find((row) => row.value === search.view)?.value ?? "requests";
  const look = (value: string) =>
    change({view: value === "requests" ? "" : value, status: "", item: "", language: "",
            request: ""});
  return (
    <Page title="Forms" acts={<NewRequestButton />}>
      <div>
        <SegmentedControl aria-label="What of forms" value={view} data={VIEWS} onChange={look} />
      </div>
      {view === "requests" && <FormRequests />}
      {view === "responses" && <FormResponses />}
      {view === "templates" && <Templates />}
    </Page>
  );
}
