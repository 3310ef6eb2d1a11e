// Who writes into a source's record system, and what it stands on.
#pragma once

#include <memory>
#include <vector>

#include "app/config.h"
#include "app/rest_caller.h"
#include "base/clock.h"
#include "base/result.h"
#include "net/event_loop.h"
#include "source/mapping.h"
#include "source/ports.h"
#include "source/row_template.h"
#include "source/sql.h"
#include "write/ports.h"

namespace chartbell {

// The caller is the last member: it goes first, and no answer comes after it.
struct OpenWriter {
  std::unique_ptr<SqlConnector> connector;
  std::unique_ptr<FileShelf> shelf;
  std::unique_ptr<RecordWriter> writer;  // null where the source is only read
  std::unique_ptr<HttpRestCaller> caller;
};

// By the source's write_url: a database's, for the mapping's [[write]]s, or "opendental:" and the
// address of its interface. kConfig with the place of a mistake. `mapping` outlives the writer;
// calls are made on `loop`.
Result<OpenWriter> open_writer(const SourceConfig& config, const Mapping& mapping,
                               const std::vector<SourceLocation>& locations, EventLoop* loop,
                               const Clock& clock);

}  // namespace chartbell
