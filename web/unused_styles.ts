// A plugin of Vite's: leaves the styles of components out that no page uses. The library's classes
// are hashes (".m_77c9d27d"), and each component that is used names its own in the scripts.
import postcss, {type ChildNode, type Container, type Document} from "postcss";
import type {Plugin} from "vite";

const CLASS = /\bm_[0-9a-f]{6,8}\b/g;

function dropEmpty(node: ChildNode) {
  const parent: Container | Document | undefined = node.parent;
  node.remove();
  if (parent?.nodes?.length === 0 && parent.type === "atrule") dropEmpty(parent as ChildNode);
}

function without(styles: string, used: Set<string>) {
  const isUsed = (selector: string) =>
    (selector.match(CLASS) ?? []).every((name) => used.has(name));
  const root = postcss.parse(styles);
  root.walkRules((rule) => {
    const left = rule.selectors.filter(isUsed);
    if (left.length === 0) dropEmpty(rule);
    else if (left.length < rule.selectors.length) rule.selectors = left;
  });
  return root.toString();
}

// The name of the entry's styles does not tell their content, which what is left out changes: it is
// outside of assets/, so that browsers ask for it again.
export const STYLES = "styles.css";

export function unusedStyles(): Plugin {
  return {
    name: "unused-styles",
    enforce: "post",
    generateBundle(_, bundle) {
      const used = new Set(Object.values(bundle).flatMap((file): string[] =>
        file.type === "chunk" ? file.code.match(CLASS) ?? [] : []));
      const styles = bundle[STYLES];
      if (styles?.type !== "asset") throw new Error("there are no styles");
      styles.source = without(String(styles.source), used);
    },
  };
}
