import "@mantine/core/styles.css";
import "./shell/shell.css";

import {createTheme, MantineProvider} from "@mantine/core";
import {QueryClient, QueryClientProvider} from "@tanstack/react-query";
import {RouterProvider} from "@tanstack/react-router";
import {StrictMode} from "react";
import {createRoot} from "react-dom/client";

import {Refused} from "./api/client";
import {router} from "./shell/router";

const theme = createTheme({primaryColor: "blue", defaultRadius: "md", cursorType: "pointer"});

// What the server has refused it refuses again; what got lost on the way is tried once more.
const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (failures, error) => !(error instanceof Refused) && failures < 2,
    },
  },
});

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
