// BinlogStream: the seam between what the log means and how it is fetched.
#pragma once

#include <memory>
#include <optional>

#include "base/clock.h"
#include "base/result.h"
#include "source/binlog/bytes.h"
#include "source/binlog/position.h"

namespace chartbell {

// What the server is asked to send while it has no events, and after how long without any the
// connection counts as dead.
inline constexpr Milliseconds kHeartbeatEvery{2000};
inline constexpr Milliseconds kSilenceMax{5000};

// One running dump of a server's log. A resource of one thread.
class BinlogStream {
 public:
  virtual ~BinlogStream() = default;
  // The next event, without the protocol's status byte; its bytes live until the next call. Nothing
  // where none began to arrive within `patience`; one that began is waited for, kSilenceMax at
  // most. kUnreachable when the server is gone or stalls within an event, kPositionLost when it no
  // longer has what was asked for.
  virtual Result<std::optional<Bytes>> next(Milliseconds patience) = 0;
  // What becomes readable when an event arrives; nothing where one has been read ahead.
  virtual std::optional<int> readable() const { return std::nullopt; }
};

class BinlogConnector {
 public:
  virtual ~BinlogConnector() = default;
  // Asks for all that came after `from`. Whether the server has it shows with the first events.
  virtual Result<std::unique_ptr<BinlogStream>> open(const BinlogPosition& from) = 0;
};

}  // namespace chartbell
