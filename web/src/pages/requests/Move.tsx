// Another time, provider or operatory for an appointment, in the civil time of its location.
import {Group, NativeSelect, Text, TextInput} from "@mantine/core";
import {useMutation, useQueryClient} from "@tanstack/react-query";
import {useState} from "react";

import {answer, api} from "../../api/client";
import {civil, later, type ZoneName} from "../../components/civil";
import {FormDialog} from "../../components/FormDialog";
import {useSubdomain} from "../../shell/institution";
import {minutesOf, type Request, useOperatories, useProviders} from "./useRequests";

interface Wanted {
  start: string;
  minutes: string;
  provider: string;
  operatory: string;
}

function asItIs(request: Request, zone: ZoneName): Wanted {
  const {start_time, provider_id, operatory_id} = request.appointment;
  return {
    start: start_time ? civil(start_time, zone) : "",
    minutes: String(minutesOf(request) ?? ""),
    provider: String(provider_id ?? ""),
    operatory: String(operatory_id ?? ""),
  };
}

// What differs; the rest stays as it is.
function changesOf(before: Wanted, now: Wanted) {
  const length = now.minutes !== before.minutes;
  return {
    ...(now.start === before.start ? {} : {start_time: `${now.start}:00`}),
    ...(length ? {end_time: `${later(now.start, Number(now.minutes))}:00`} : {}),
    ...(now.provider === before.provider ? {} : {provider_id: Number(now.provider)}),
    ...(now.operatory === before.operatory ? {} : {operatory_id: Number(now.operatory)}),
  };
}

type Choice = {value: string; label: string};
type Named = {id: number; name?: string | null};

function choices(rows: Named[], chosen: string): Choice[] {
  const known = rows.map((row) => ({value: String(row.id), label: row.name || `no. ${row.id}`}));
  if (chosen === "") return [{value: "", label: "None"}, ...known];
  return known.some((row) => row.value === chosen) ? known
    : [{value: chosen, label: `no. ${chosen}`}, ...known];
}

function useMove(request: Request, close: () => void) {
  const subdomain = useSubdomain();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: ReturnType<typeof changesOf>) =>
      answer(api.POST("/api/v1/requests/{id}/move", {
        params: {path: {id: request.id}, query: {subdomain}}, body})),
    onSuccess: async () => {
      await queries.invalidateQueries();
      close();
    },
  });
}

interface Props {
  request: Request;
  zone: ZoneName;
  close: () => void;
}

export function Move({request, zone, close}: Props) {
  const [before] = useState(() => asItIs(request, zone));
  const [wanted, setWanted] = useState(before);
  const move = useMove(request, close);
  const put = (part: Partial<Wanted>) => setWanted((old) => ({...old, ...part}));
  const changes = changesOf(before, wanted);
  const providers = useProviders().filter((row) => !row.inactive);
  const rooms = useOperatories().filter((row) => row.active !== false
    && (row.location_id ?? request.location_id) === request.location_id);
  return (
    <FormDialog title="Move the appointment" act="Move it" close={close} busy={move.isPending}
                error={move.error} idle={Object.keys(changes).length === 0}
                submit={() => move.mutate(changes)}>
      <Group gap="sm" grow align="flex-start">
        <TextInput label="Starts" type="datetime-local" required withAsterisk={false}
                   value={wanted.start}
                   onChange={(event) => put({start: event.currentTarget.value})} />
        <TextInput label="Minutes" type="number" min={1} max={1440} required
                   withAsterisk={false} value={wanted.minutes}
                   onChange={(event) => put({minutes: event.currentTarget.value})} />
      </Group>
      <Text size="xs" c="dimmed">In the time of {zone ?? "this browser"}.</Text>
      <NativeSelect label="Provider" data={choices(providers, before.provider)}
                    value={wanted.provider}
                    onChange={(event) => put({provider: event.currentTarget.value})} />
      <NativeSelect label="Operatory" data={choices(rooms, before.operatory)}
                    value={wanted.operatory}
                    onChange={(event) => put({operatory: event.currentTarget.value})} />
    </FormDialog>
  );
}
