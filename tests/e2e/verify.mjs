// Verifies recorded deliveries with the standard's own library, as a subscriber would.
// Standard input: one JSON object a line, {secret, headers, body (base64)}. Says how many were
// good; the exit code is 1 where one was not.
import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";

const lines = readFileSync(0, "utf8").split("\n").filter((line) => line !== "");
let good = 0;
for (const line of lines) {
  const { secret, headers, body } = JSON.parse(line);
  try {
    new Webhook(secret).verify(Buffer.from(body, "base64").toString("utf8"), headers);
    good += 1;
  } catch (error) {
    console.error(`${headers["webhook-id"]}: ${error.message}`);
  }
}
console.log(`${good} of ${lines.length}`);
process.exit(good === lines.length ? 0 : 1);
