// Lines over time. The figures are in a table behind it, for who cannot see lines.
import "uplot/dist/uPlot.min.css";

import {useComputedColorScheme} from "@mantine/core";
import {useElementSize} from "@mantine/hooks";
import {useContext, useEffect, useRef} from "react";
import uPlot from "uplot";

import {Zone} from "./Time";

export interface Line {
  title: string;
  color: "blue" | "green" | "red";
  values: number[];
}

const COLORS = {
  light: {blue: "#1971c2", green: "#2f9e44", red: "#e03131", axis: "#495057", grid: "#e9ecef"},
  dark: {blue: "#4dabf7", green: "#51cf66", red: "#ff8787", axis: "#a6a7ab", grid: "#373a40"},
};
const HEIGHT = 220;

export function Chart({title, seconds, lines}: {title: string; seconds: number[]; lines: Line[]}) {
  const frame = useRef<HTMLDivElement>(null);
  const {ref, width} = useElementSize();
  const scheme = useComputedColorScheme("light");
  const zone = useContext(Zone);

  useEffect(() => {
    if (frame.current === null || width === 0) return;
    const colors = COLORS[scheme];
    const axis = {stroke: colors.axis, grid: {stroke: colors.grid, width: 1},
                  ticks: {stroke: colors.grid, width: 1}};
    const plot = new uPlot({
      width, height: HEIGHT,
      ...(zone ? {tzDate: (at: number) => uPlot.tzDate(new Date(at * 1000), zone)} : {}),
      axes: [axis, {...axis, size: 56}],
      scales: {y: {range: (_, __, most) => [0, Math.max(1, most * 1.1)]}},
      series: [{}, ...lines.map((line) =>
        ({label: line.title, stroke: colors[line.color], width: 2, points: {show: false}}))],
    }, [seconds, ...lines.map((line) => line.values)], frame.current);
    return () => plot.destroy();
  }, [seconds, lines, width, scheme, zone]);

  return (
    <figure ref={ref} style={{margin: 0}} aria-label={title}>
      <div ref={frame} aria-hidden style={{minHeight: HEIGHT}} />
      <details>
        <summary className="quiet">The figures of “{title}”</summary>
        <table className="figures">
          <thead>
            <tr><th scope="col">Time</th>{lines.map((line) =>
              <th key={line.title} scope="col">{line.title}</th>)}</tr>
          </thead>
          <tbody>
            {seconds.map((at, index) => (
              <tr key={at}>
                <td>{new Date(at * 1000).toLocaleTimeString(undefined, zone ? {timeZone: zone} : {})}</td>
                {lines.map((line) => <td key={line.title}>{line.values[index]}</td>)}
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
