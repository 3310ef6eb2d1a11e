// What is put down, in words. Calls of the API stand by their routes.
const WORDS: Record<string, string> = {
  set_up: "made the first user",
  added_user: "added a user",
  changed_user: "changed a user",
  deleted_user: "removed a user",
  signed_in: "signed in",
  sign_in_refused: "was refused at sign-in",
  second_factor_refused: "gave a wrong code",
  used_recovery_code: "used a recovery code",
  signed_out: "signed out",
  signed_out_everywhere: "signed out everywhere",
  changed_password: "changed their password",
  turned_on_second_factor: "turned on a second factor",
  turned_off_second_factor: "turned off the second factor",
  revealed: "looked at",
};

export const ACTS = Object.entries(WORDS).map(([value, label]) => ({value, label}));

export const wordsFor = (act: string) => WORDS[act] ?? act;
