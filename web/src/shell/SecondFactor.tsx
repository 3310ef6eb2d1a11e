// What a second factor takes, wherever it is turned on: a secret for the authenticator, and codes
// for the day when it is lost.
import {Anchor, Button, Code, CopyButton, Group, Stack, Text} from "@mantine/core";
import {useMutation} from "@tanstack/react-query";

import {answer, api} from "../api/client";
import {saveText} from "../components/csv";
import {Qr} from "../components/Qr";
import type {Session} from "./session";

export interface Offer { secret: string; otpauth_uri: string }
export interface Confirmed { session: Session; recovery_codes: string[] }

export function useOffer() {
  return useMutation({
    mutationFn: async (password: string) => (await answer<Offer>(
      api.POST("/api/v1/users/me/second_factor", {body: {password}}))).data,
  });
}

export function useConfirm(done: (confirmed: Confirmed) => void) {
  return useMutation({
    mutationFn: (code: string) =>
      answer<Confirmed>(api.POST("/api/v1/users/me/second_factor/confirm", {body: {code}})),
    onSuccess: ({data}) => done(data),
  });
}

export function OfferedSecret({offer}: {offer: Offer}) {
  const groups = offer.secret.match(/.{1,4}/g)?.join(" ") ?? "";
  return (
    <Stack gap="sm" align="center">
      <Qr text={offer.otpauth_uri} title="The secret as a QR code" />
      <Text size="sm" c="dimmed">Where it cannot be scanned, type this in:</Text>
      <Code block className="breaks">{groups}</Code>
      <Anchor href={offer.otpauth_uri} size="sm">Open it in an authenticator on this device</Anchor>
    </Stack>
  );
}

export function RecoveryCodes({codes}: {codes: string[]}) {
  const text = codes.join("\n");
  return (
    <Stack gap="sm">
      <Code block className="codes">{text}</Code>
      <Group gap="xs">
        <CopyButton value={text}>{({copied, copy}) =>
          <Button size="xs" variant="default" onClick={copy}>{copied ? "Copied" : "Copy"}</Button>}
        </CopyButton>
        <Button size="xs" variant="default"
                onClick={() => saveText("chartbell-recovery-codes.txt", `${text}\n`)}>
          Download
        </Button>
      </Group>
    </Stack>
  );
}
