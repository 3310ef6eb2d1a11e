// The pages for whoever has signed in; the door for everybody else.
import {Fault, Loading} from "../components/states";
import {useSession} from "./session";
import {Shell} from "./Shell";
import {SignIn} from "./SignIn";

export function Gate() {
  const session = useSession();
  if (session.isPending) return <Loading />;
  if (session.isError) return <Fault error={session.error} again={() => void session.refetch()} />;
  return session.data === null ? <SignIn /> : <Shell session={session.data} />;
}
