// What a date and time field has, as the API takes it: the fields leave out what is zero.
export function utc(text: string) {
  return new Date(`${text}Z`).toISOString();
}
