// Tables as CSV (RFC 4180). What a spreadsheet would run as a formula is written as text (OWASP,
// "CSV Injection"), also what begins with the wide form of such a character.
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

export type Cell = string | number | boolean | null | undefined;

function quoted(cell: Cell) {
  const text = cell === null || cell === undefined ? "" : String(cell);
  const safe = FORMULA.test(text) && typeof cell === "string" ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function csv(head: string[], rows: Cell[][]) {
  return [head, ...rows].map((row) => row.map(quoted).join(",")).join("\r\n") + "\r\n";
}

function saveAs(type: string, name: string, text: string) {
  const url = URL.createObjectURL(new Blob([text], {type: `${type};charset=utf-8`}));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

export const save = (name: string, text: string) => saveAs("text/csv", name, text);
export const saveText = (name: string, text: string) => saveAs("text/plain", name, text);
