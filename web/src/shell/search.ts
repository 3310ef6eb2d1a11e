// A view's state stands in its address. What is empty is left out of it.
import {useNavigate, useSearch} from "@tanstack/react-router";

export type Search<Names extends string> = {[Name in Names | "in" | "account"]?: string};

export function usePageSearch<Names extends string>() {
  const found = useSearch({strict: false});
  const search = found as Search<Names>;
  const navigate = useNavigate();
  const change = (part: Search<Names>) =>
    void navigate({to: ".", search: (old: object) => Object.fromEntries(
      Object.entries({...old, ...part}).filter(([, value]) => value !== "" && value !== undefined))});
  return {search, change};
}
