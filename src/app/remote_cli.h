// The command line of the commands that speak to a running server.
#pragma once

namespace CLI {
class App;
}

namespace chartbell {

// `code` becomes the exit code of whichever command is run.
void add_remote_commands(CLI::App& app, int& code);

}  // namespace chartbell
