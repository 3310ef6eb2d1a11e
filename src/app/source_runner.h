// SourceRunner: one source on the threads of the pool: turns its watch, and says how that goes.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/board.h"
#include "app/config.h"
#include "app/source_lights.h"
#include "app/turn_pool.h"
#include "app/write_desk.h"
#include "base/clock.h"
#include "detect/detector.h"
#include "detect/id_book.h"
#include "detect/watch.h"
#include "source/capture_choice.h"
#include "source/mapping.h"
#include "source/sql.h"
#include "source/sql_reader.h"
#include "store/account_store.h"
#include "write/write_back.h"

namespace chartbell {

// What is the same for all sources of the process; outlives them.
struct SourceSurroundings {
  ResourceStore& resources;
  SqliteAccountStore& accounts;
  Board& board;
  const Clock& clock;
  Random& random;
  std::string digest_key;
  // For those that are written into.
  WriteBook* writes = nullptr;
  SourceWriteDesk* desk = nullptr;
};

struct SourceIdentity {
  SourceRef ref;
  std::string subdomain;
  std::vector<SourceLocation> locations;
};

class SourceRunner final : public TurnTaker {
 public:
  // Loads the mapping and, when this source has never been read to its end, connects once, so that
  // a mistake in its settings is told at start. kConfig or kMapping with the place of the mistake.
  static Result<std::unique_ptr<SourceRunner>> open(const SourceConfig& config,
                                                    SourceIdentity identity,
                                                    SourceSurroundings& surroundings);
  Rest turn() override;

 private:
  SourceRunner(SourceConfig config, SourceIdentity identity, SourceSurroundings& surroundings,
               Mapping mapping, std::unique_ptr<SqlConnector> connector,
               std::unique_ptr<SqlConnector> write_connector);
  std::unique_ptr<WriteBack> write_back();
  Result<void> prepare();
  Result<void> choose();
  Rest watch();
  Milliseconds write();
  void write_ended(const RecordWrite& write);
  void read_what_was_written();
  void take_write_light();
  void take(const Turn& turn);
  void succeeded();
  void failed(const Error& error);
  void turn_green(bool first);
  SyncStatus status() const;
  void show(bool now);

  const SourceConfig config_;
  const SourceIdentity identity_;
  SourceSurroundings& surroundings_;
  const Mapping mapping_;
  const std::unique_ptr<SqlConnector> connector_;
  // None of the three where nothing is written into the record system.
  const std::unique_ptr<SqlConnector> write_connector_;
  const std::unique_ptr<RecordWriter> writer_;
  IdBook ids_;
  const std::unique_ptr<WriteBack> write_back_;
  DirtyKeys written_;  // and not read back yet
  SqlReader reader_;
  Detector detector_;
  ChosenCapture chosen_;
  std::optional<Watch> watch_;  // once it is known how to capture
  SourceLights lights_;
  int good_turns_ = 0;
  std::string told_fault_;  // in the log once, not at each turn
  std::optional<SourceFault> last_fault_;
  bool baseline_done_ = false;
  SteadyTime shown_at_{};
};

}  // namespace chartbell
