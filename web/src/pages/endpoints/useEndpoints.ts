// The endpoints of the key that is looked at, and how they are, asked again and again.
import {useQuery} from "@tanstack/react-query";

import {answer, api, BY_ITSELF, type Schemas} from "../../api/client";

const EVERY = 5_000;

// `told`: somebody else says what differs.
export function useEndpoints(told = false) {
  return useQuery({
    queryKey: ["endpoints"],
    refetchInterval: told ? false : EVERY,
    queryFn: async () => (await answer<Schemas["EndpointWhole"][]>(
      api.GET("/api/v1/endpoints", {...BY_ITSELF, params: {query: {limit: 500}}}))).data,
  });
}

export function healthOf(row: Schemas["EndpointWhole"]) {
  if (!row.active) return row.disabled_reason === null ? "paused" : "disabled";
  return row.health.failing_since === null ? "healthy" : "failing";
}
