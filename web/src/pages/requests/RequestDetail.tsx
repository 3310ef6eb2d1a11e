// One request: when, with whom and, once revealed, who asks for it and why; and the decision.
import {Button, Group, Text} from "@mantine/core";
import {useQuery} from "@tanstack/react-query";
import {type ReactNode, useState} from "react";

import {answer, api, type Schemas} from "../../api/client";
import {Act} from "../../components/Act";
import type {ZoneName} from "../../components/civil";
import {Facts} from "../../components/Facts";
import {Masked} from "../../components/Masked";
import {Panel} from "../../components/Panel";
import {Fault, Loading} from "../../components/states";
import {Status} from "../../components/Status";
import {Time} from "../../components/Time";
import {useLocations, useSubdomain} from "../../shell/institution";
import {mayAct, useWho} from "../../shell/session";
import {Move} from "./Move";
import {minutesOf, type Request, useOperatories, useRequest} from "./useRequests";

// Not every record system says the whole name.
function nameOf(patient: Schemas["Patient"] | undefined) {
  const {name, first_name: first, last_name: last} = patient ?? {};
  return name || [first, last].filter(Boolean).join(" ") || "–";
}

// Who asks, and what for: patient data, so asked for only once somebody has said to want it.
function Asker({request}: {request: Request}) {
  const subdomain = useSubdomain();
  const id = request.appointment.patient_id ?? 0;
  const patient = useQuery({
    queryKey: ["patient", subdomain, id],
    enabled: id !== 0,
    queryFn: async () => (await answer<Schemas["Patient"]>(
      api.GET("/patients/{id}", {params: {path: {id}, query: {subdomain}}}))).data,
  });
  if (patient.isError) return <Fault error={patient.error} again={() => void patient.refetch()} />;
  if (patient.isPending && id !== 0) return <Loading />;
  const {email, bio} = patient.data ?? {};
  return (
    <Facts rows={[
      ["Patient", nameOf(patient.data)],
      ["Born", bio?.date_of_birth ?? "–"],
      ["Telephone", bio?.phone_number ?? "–"],
      ["Email", email ?? "–"],
      ["Note", request.appointment.note || "–"],
    ]} />
  );
}

function useWhen(request: Request) {
  const place = useLocations().get(request.location_id);
  const zone = place?.tz;
  const room = useOperatories().find((row) => row.id === request.appointment.operatory_id);
  const rows: [string, ReactNode][] = [
    ["How it stands", <Status value={request.status} />],
    ["Starts", <Time at={request.appointment.start_time} zone={zone} />],
    ["Length", `${minutesOf(request) ?? "–"} minutes`],
    ["Provider", request.appointment.provider_name ?? "–"],
    ["Operatory", room?.name ?? "–"],
    ["Location", place ? `${place.name}, ${zone}` : "–"],
    ["Asked", <Time at={request.requested_at} zone={zone} />],
    ["Decided", <Time at={request.decided_at} zone={zone} />],
  ];
  return {rows, zone};
}

function Acts({request, zone}: {request: Request; zone: ZoneName}) {
  const subdomain = useSubdomain();
  const [moving, setMoving] = useState(false);
  const {id, status} = request;
  const path = {params: {path: {id}, query: {subdomain}}};
  if (status !== "open" && status !== "accepted")
    return <Text size="sm" c="dimmed">It was {status}. There is no way back from that.</Text>;
  return (
    <Group gap="xs">
      {status === "open" && (
        <>
          <Act variant="filled"
               run={() => answer(api.POST("/api/v1/requests/{id}/accept", path))}>Accept</Act>
          <Act color="red" variant="light"
               run={() => answer(api.POST("/api/v1/requests/{id}/decline", path))}
               ask="The appointment is cancelled, and subscribers are told. There is no way back.">
            Decline
          </Act>
        </>)}
      <Button variant="default" onClick={() => setMoving(true)}>Move</Button>
      {moving && <Move request={request} zone={zone} close={() => setMoving(false)} />}
    </Group>
  );
}

function Whole({request}: {request: Request}) {
  const {rows, zone} = useWhen(request);
  const operator = mayAct(useWho(), "operator");
  return (
    <>
      <div aria-live="polite"><Facts rows={rows} /></div>
      {operator ? <Acts request={request} zone={zone} />
        : <Text size="sm" c="dimmed">Operators decide.</Text>}
      <Masked kind="Appointment" id={String(request.id)} what="Who asks, and what for.">
        <Asker request={request} />
      </Masked>
    </>
  );
}

export function RequestDetail({id, close}: {id: string; close: () => void}) {
  const request = useRequest(id);
  return (
    <Panel name="The request" title={`Request ${id}`} close={close}>
      {request.isPending && <Loading />}
      {request.isError && <Fault error={request.error} again={() => void request.refetch()} />}
      {request.isSuccess && <Whole request={request.data} />}
    </Panel>
  );
}
