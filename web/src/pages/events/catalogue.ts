// What can be subscribed to, with a sample of each: the webhooks in the server's own document.
import {useQuery} from "@tanstack/react-query";

export interface EventName {
  resource: string;
  event: string;        // as it is subscribed to
  delivered: string[];  // as it is named when it comes
  sample: unknown;      // undefined where there is none
}

interface Webhook {
  post: {
    requestBody: {content: {"application/json": {
      schema: {allOf: {properties?: {
        resource_type?: {const: string};
        event_name?: {const?: string; enum?: string[]};
      }}[]};
      examples?: Record<string, {value: unknown}>;
    }}};
  };
}

function rowsOf([event, {post}]: [string, Webhook]): EventName[] {
  const {schema, examples} = post.requestBody.content["application/json"];
  for (const {properties} of schema.allOf) {
    const {resource_type, event_name} = properties ?? {};
    if (resource_type === undefined || event_name === undefined) continue;
    return [{resource: resource_type.const, event,
             delivered: event_name.enum ?? [event_name.const ?? event],
             sample: Object.values(examples ?? {})[0]?.value}];
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
      return Object.entries(document.webhooks).flatMap(rowsOf);
    },
  });
}
