// A password for somebody else, which has to be handed over: so it can be read, and made up here.
import {Button, Group, TextInput} from "@mantine/core";
import {useState} from "react";

import {PASSWORD_BOUNDS} from "../account/Password";

// No letters that are taken for one another.
const LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";
const LENGTH = 20;

function made() {
  const drawn = crypto.getRandomValues(new Uint8Array(LENGTH));
  const letters = [...drawn].map((byte) => LETTERS[byte % LETTERS.length]).join("");
  return letters.match(/.{5}/g)?.join("-") ?? "";
}

export function NewPassword({label}: {label: string}) {
  const [text, setText] = useState("");
  return (
    <Group gap="xs" align="flex-end" wrap="nowrap">
      <TextInput label={label} name="password" value={text} flex={1} required withAsterisk={false}
                 description="12 characters or more. Hand it over; they should change it."
                 autoComplete="off" autoCapitalize="none" spellCheck={false}
                 onChange={(event) => setText(event.currentTarget.value)} {...PASSWORD_BOUNDS} />
      <Button variant="default" onClick={() => setText(made())}>Make one up</Button>
    </Group>
  );
}
