// A list that comes by the page and is asked again while it is looked at.
import {useInfiniteQuery} from "@tanstack/react-query";

import {BY_ITSELF, type Envelope} from "./client";

const EVERY = 5_000;  // more seldom by each page that is there

export interface Wanted {
  limit: number;
  cursor?: string;
}

interface Loaded {
  state: {data?: {pages: unknown[]} | undefined};
}

// `key` names the list and its filters; `ask` gets a page of it.
export function usePages<Row>(
  key: unknown[], ask: (page: Wanted, asked: typeof BY_ITSELF) => Promise<Envelope<Row[]>>,
  {limit = 200, enabled = true} = {},
) {
  return useInfiniteQuery({
    queryKey: key,
    enabled,
    refetchInterval: ({state}: Loaded) => EVERY * Math.max(1, state.data?.pages.length ?? 1),
    initialPageParam: undefined as string | undefined,
    queryFn: ({pageParam}) =>
      ask({limit, ...(pageParam === undefined ? {} : {cursor: pageParam})}, BY_ITSELF),
    getNextPageParam: (last) => last.page?.next_cursor ?? undefined,
  });
}

export type Pages<Row> = ReturnType<typeof usePages<Row>>;

export function rowsOf<Row>({data}: Pages<Row>): Row[] {
  return data?.pages.flatMap((page) => page.data) ?? [];
}

// How a table asks for what is not there yet.
export function moreOf<Row>(list: Pages<Row>) {
  return {
    more: list.hasNextPage ? () => void list.fetchNextPage() : undefined,
    loadingMore: list.isFetchingNextPage,
  };
}
