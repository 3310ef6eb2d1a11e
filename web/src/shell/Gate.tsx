// The pages for whoever has signed in; the door for everybody else.
import {Fault, Loading} from "../components/states";
import {Enrol} from "./Enrol";
import {useSession} from "./session";
import {SetUp} from "./SetUp";
import {Shell} from "./Shell";
import {GiveCode, SignIn} from "./SignIn";

export function Gate() {
  const session = useSession();
  if (session.isPending) return <Loading />;
  if (session.isError) return <Fault error={session.error} again={() => void session.refetch()} />;
  if (session.data === "setup") return <SetUp />;
  if (session.data === "code") return <GiveCode />;
  if (session.data === "password") return <SignIn />;
  return session.data.second_factor_missing ? <Enrol /> : <Shell session={session.data} />;
}
