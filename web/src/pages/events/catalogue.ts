// What can be subscribed to: the names in the server's own document.
import {useQuery} from "@tanstack/react-query";

export interface EventName {
  resource: string;
  event: string;
}

interface Webhook {
  post: {
    requestBody: {content: {"application/json": {schema: {allOf: {properties?: {
      resource_type?: {const: string};
      event_name?: {const?: string; enum?: string[]};
    }}[]}}}};
  };
}

function namesIn({post}: Webhook): EventName[] {
  for (const {properties} of post.requestBody.content["application/json"].schema.allOf) {
    const {resource_type, event_name} = properties ?? {};
    if (resource_type === undefined || event_name === undefined) continue;
    const events = event_name.enum ?? [event_name.const ?? ""];
    return events.map((event) => ({resource: resource_type.const, event}));
  }
  return [];
}

export function useCatalogue() {
  return useQuery({
    queryKey: ["catalogue"],
    staleTime: Infinity,
    queryFn: async () => {
      const document = await (await fetch("/openapi.json")).json() as
        {webhooks: Record<string, Webhook>};
      return Object.values(document.webhooks).flatMap(namesIn);
    },
  });
}
