// What a receiver answered, covered: it may repeat what it was sent.
import {Stack, Text} from "@mantine/core";

import type {Schemas} from "../../api/client";
import {Masked} from "../../components/Masked";

interface Props {
  event: string;
  endpoint: number;
  attempts: Schemas["Attempt"][];
}

export function Answers({event, endpoint, attempts}: Props) {
  const said = attempts.filter((attempt) => attempt.response_excerpt);
  if (said.length === 0) return null;
  return (
    <Masked kind="Response" id={`${event}.${endpoint}`}
            what="What the receiver answered may name a patient.">
      <Stack gap={6} aria-label="What the receiver answered">
        {said.map((attempt) => (
          <div key={`${attempt.attempt} ${attempt.attempted_at}`}>
            <Text size="xs" c="dimmed">Answer to attempt {attempt.attempt}</Text>
            <Text size="xs" className="code breaks" dir="auto">{attempt.response_excerpt}</Text>
          </div>
        ))}
      </Stack>
    </Masked>
  );
}
