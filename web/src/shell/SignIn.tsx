export function SignIn() {
  return <p>Sign in</p>;
}
