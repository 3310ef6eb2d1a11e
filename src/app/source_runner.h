// SourceRunner: the thread of one source: read, detect, commit, rest, again.
#pragma once

#include <memory>
#include <string>
#include <thread>

#include "app/board.h"
#include "app/config.h"
#include "app/stop.h"
#include "base/clock.h"
#include "detect/detector.h"
#include "detect/id_book.h"
#include "source/mapping.h"
#include "source/sql.h"
#include "source/sql_reader.h"
#include "store/account_store.h"

namespace chartbell {

// What is the same for all sources of the process; outlives them.
struct SourceSurroundings {
  ResourceStore& resources;
  SqliteAccountStore& accounts;
  Board& board;
  const Clock& clock;
  std::string digest_key;
};

struct SourceIdentity {
  SourceRef ref;
  std::string subdomain;
  std::vector<SourceLocation> locations;
};

class SourceRunner {
 public:
  // Loads the mapping and, when this source has never been read to its end, connects once, so that
  // a mistake in its settings is told at start. kConfig or kMapping with the place of the mistake.
  static Result<std::unique_ptr<SourceRunner>> open(const SourceConfig& config,
                                                    SourceIdentity identity,
                                                    SourceSurroundings& surroundings);
  // Ends the thread after the commit under way.
  ~SourceRunner();

  void start();

 private:
  SourceRunner(SourceConfig config, SourceIdentity identity, SourceSurroundings& surroundings,
               Mapping mapping, std::unique_ptr<SqlConnector> connector);
  Result<void> prepare();
  void work();
  Milliseconds turn();
  void succeeded(const CycleReport& report);
  void failed(const Error& error);
  void turn_green(bool first);
  SyncStatus status() const;
  void show_lights();

  const SourceConfig config_;
  const SourceIdentity identity_;
  SourceSurroundings& surroundings_;
  const Mapping mapping_;
  const std::unique_ptr<SqlConnector> connector_;
  IdBook ids_;
  SqlReader reader_;
  Detector detector_;
  StoredLights lights_;
  StoredLights saved_lights_;
  int good_turns_ = 0;
  int bad_turns_ = 0;
  std::string last_fault_;  // told once, not at each turn
  bool baseline_done_ = false;
  Stop stop_;
  std::thread thread_;
};

}  // namespace chartbell
