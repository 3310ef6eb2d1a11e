// What stands in a form, by the names of its fields.
export type Fields = Record<string, string>;

export function fieldsOf(form: HTMLFormElement): Fields {
  return Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
}
