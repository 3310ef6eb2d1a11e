// A table of any length: rows are made as they are scrolled to, one row is chosen by keyboard or
// pointer, and all that is loaded goes out as CSV.
import {Button, Group, Text} from "@mantine/core";
import {IconDownload} from "@tabler/icons-react";
import {useVirtualizer} from "@tanstack/react-virtual";
import {type KeyboardEvent, type ReactNode, useRef} from "react";

import {type Cell, csv, save} from "./csv";

export interface Column<Row> {
  title: string;
  show: (row: Row) => ReactNode;
  text: (row: Row) => Cell;  // as it goes into CSV
}

interface Props<Row> {
  name: string;  // of the CSV file, and for screen readers
  columns: Column<Row>[];
  rows: Row[];
  keyOf: (row: Row) => string;
  choose?: (row: Row) => void;
  chosen?: string | undefined;
  more?: (() => void) | undefined;  // there are further rows to load
  loadingMore?: boolean;
  height?: number;
}

const ROW_HEIGHT = 38;

export function Rows<Row>(props: Props<Row>) {
  const {columns, rows, keyOf, choose, chosen, more} = props;
  const frame = useRef<HTMLDivElement>(null);
  const shown = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
  });
  const items = shown.getVirtualItems();
  const before = items[0]?.start ?? 0;
  const behind = shown.getTotalSize() - (items.at(-1)?.end ?? 0);

  const act = (event: KeyboardEvent<HTMLTableRowElement>, row: Row) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      choose?.(row);
    }
    const next = event.key === "ArrowDown" ? event.currentTarget.nextElementSibling
      : event.key === "ArrowUp" ? event.currentTarget.previousElementSibling : null;
    if (next instanceof HTMLElement && next.tabIndex === 0) {
      event.preventDefault();
      next.focus();
    }
  };
  const download = () =>
    save(`${props.name}.csv`, csv(columns.map((column) => column.title),
                                  rows.map((row) => columns.map((column) => column.text(row)))));

  return (
    <>
      <div className="rows" ref={frame} {...(choose ? {} : {tabIndex: 0})}
           style={{height: props.height ?? Math.min(560, 60 + rows.length * 42)}}>
        <table aria-label={props.name} aria-rowcount={rows.length}>
          <thead>
            <tr>{columns.map((column) => <th key={column.title} scope="col">{column.title}</th>)}</tr>
          </thead>
          <tbody>
            {before > 0 && <tr aria-hidden><td style={{height: before, padding: 0}} /></tr>}
            {items.map((item) => {
              const row = rows[item.index] as Row;
              const key = keyOf(row);
              return (
                <tr key={key} aria-rowindex={item.index + 1}
                    className={key === chosen ? "chosen" : undefined}
                    {...(choose ? {tabIndex: 0, onClick: () => choose(row),
                                   onKeyDown: (event: KeyboardEvent<HTMLTableRowElement>) =>
                                     act(event, row)} : {})}>
                  {columns.map((column) => <td key={column.title}>{column.show(row)}</td>)}
                </tr>
              );
            })}
            {behind > 0 && <tr aria-hidden><td style={{height: behind, padding: 0}} /></tr>}
          </tbody>
        </table>
      </div>
      <Group justify="space-between" mt="xs">
        <Text size="sm" c="dimmed" className="numbers">
          {rows.length === 1 ? "1 row" : `${rows.length} rows`}{more ? ", and more" : ""}
        </Text>
        <Group gap="xs">
          {more && <Button size="xs" variant="default" loading={props.loadingMore ?? false}
                           onClick={more}>Load more</Button>}
          <Button size="xs" variant="default" leftSection={<IconDownload size={14} />}
                  onClick={download} disabled={rows.length === 0}>CSV</Button>
        </Group>
      </Group>
    </>
  );
}
