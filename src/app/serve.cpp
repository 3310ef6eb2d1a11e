#include <cstdio>
#include <cstdlib>

#include <unistd.h>

#include "app/commands.h"
#include "app/config.h"
#include "app/service.h"
#include "app/stop.h"
#include "app/terminal.h"
#include "base/log.h"

namespace chartbell {
namespace {

// The store cannot promise anything any more, so nobody may be answered: no orderly shutdown.
[[noreturn]] void die(const Error& error) {
  std::string what = error.detail;
  if (error.code == Code::kNoSpace)
    what += "; the disk is full: free some space and start again, nothing acknowledged is lost";
  complain(what);
  _exit(EXIT_FAILURE);
}

// To whoever started it, and not into the log.
void invite(const std::string& setup_token) {
  if (setup_token.empty()) return;
  std::printf("setup token, to make the first user with: %s\n", setup_token.c_str());
  std::fflush(stdout);
}

}  // namespace

int serve(const std::string& config_path) {
  block_signals();
  start_log(LogLevel::kInfo);
  const auto config = load_config(config_path);
  if (!config) return complain(config.error());
  {
    auto service = Service::open(*config, {.fatal = die});
    if (!service) {
      flush_log();
      return complain(service.error());
    }
    (*service)->start();
    log_info("serving",
             {{"url", (*service)->url()},
              {"mode", config->mode == Mode::kProduction ? "production" : "development"}});
    invite((*service)->setup_token());
    wait_for_signal();
    log_info("stopping");
  }
  log_info("stopped");
  flush_log();
  return EXIT_SUCCESS;
}

}  // namespace chartbell
