import "@mantine/core/styles.css";
import "./shell/shell.css";

import {createTheme, MantineProvider} from "@mantine/core";
import {MutationCache, QueryCache, QueryClient, QueryClientProvider} from "@tanstack/react-query";
import {RouterProvider} from "@tanstack/react-router";
import {StrictMode} from "react";
import {createRoot} from "react-dom/client";

import {Refused} from "./api/client";
import {router} from "./shell/router";
import {SESSION, SESSION_QUERY} from "./shell/session";

const theme = createTheme({primaryColor: "blue", defaultRadius: "md", cursorType: "pointer"});

// What the server has refused it refuses again; what got lost on the way is tried once more.
const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({onError: askWho}),
  mutationCache: new MutationCache({onError: askWho}),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (failures, error) => !(error instanceof Refused) && failures < 2,
    },
  },
});

// A session that has ended shows as any call's refusal.
function askWho(error: Error) {
  if (error instanceof Refused && error.status === 401 && queries.getQueryData(SESSION))
    void queries.invalidateQueries({queryKey: SESSION});
}

// Who looks and what they see are asked for at once, and waited for: React would hold back what
// comes soon behind a wheel that turns. Where they take longer there is the wheel.
const PATIENCE_MS = 1_000;
const ready = Promise.race([
  Promise.all([queries.prefetchQuery(SESSION_QUERY), router.load()]),
  new Promise((resolve) => setTimeout(resolve, PATIENCE_MS)),
]);

function draw() {
  const root = document.getElementById("root");
  if (root === null) throw new Error("the page lacks its root");
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false}
                       withGlobalClasses={false}>
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}

void ready.then(draw, draw);
