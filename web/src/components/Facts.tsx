// Names and values, one below the other.
import {Fragment, type ReactNode} from "react";

import "./facts.css";

export function Facts({rows}: {rows: [string, ReactNode][]}) {
  return (
    <dl className="facts">
      {rows.map(([name, value]) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd dir="auto">{value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}
