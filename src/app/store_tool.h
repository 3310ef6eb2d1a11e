// StoreTool: the store as a command sees it, beside a server or without one.
#pragma once

#include <memory>
#include <string>

#include "app/config.h"
#include "app/service.h"
#include "base/clock.h"
#include "base/random.h"
#include "store/core.h"

namespace chartbell {

struct StoreTool {
  SystemClock clock;
  SystemRandom random;
  std::unique_ptr<StoreCore> core;

  Result<void> open(const std::string& config_path) {
    TRY(const auto config, load_config(config_path));
    TRY(auto key, master_key(config));
    TRY(core, StoreCore::open({.path = config.store_path,
                               .master_key = std::move(key),
                               .role = StoreOptions::Role::kTool,
                               .fatal = {}},
                              clock, random));
    return {};
  }
};

}  // namespace chartbell
