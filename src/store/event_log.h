// EventLog: the institutions' logs as tables: appending on the writer, heads in memory.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "base/result.h"
#include "model/event.h"
#include "store/core.h"
#include "store/recent_events.h"

namespace chartbell {

// Thread-safe; append() is for changes, called by the store's writer.
class EventLog {
 public:
  // Called after new events are on disk, by the store's writer.
  using Appended = std::function<void(InstitutionId)>;

  explicit EventLog(StoreCore& core) : core_(core) {}
  // Reads where each log ends. Before anything else.
  Result<void> load();
  void on_appended(Appended appended) { appended_ = std::move(appended); }

  // An event whose body is compressed already; the caller did that on its own thread. append()
  // gives it its place.
  struct Prepared {
    std::shared_ptr<Event> event;
    std::string compressed_body;
  };
  static std::vector<Prepared> prepare(std::vector<NewEvent> events);

  // Gives the events the next places of the log. The last step of a change: what fails afterwards
  // would leave a gap. The events count only from committed() on.
  Result<void> append(SqliteDb& db, InstitutionId institution, const std::vector<Prepared>& events);
  // The transaction of the appends is on disk; by the store's writer, before the next one begins.
  void committed(InstitutionId institution);

  EventSeq head(InstitutionId institution) const;
  Result<std::vector<EventPtr>> after(InstitutionId institution, EventSeq seq, std::size_t limit);
  // Null where the log has none.
  Result<EventPtr> at(InstitutionId institution, EventSeq seq);

 private:
  struct Head {
    EventSeq durable;
    EventSeq appended;  // inside the transaction under way
  };
  static constexpr std::size_t kRecentBytesMax = 16 * 1024 * 1024;

  Result<Event> read(SqliteStatement& row, InstitutionId institution);

  StoreCore& core_;
  Appended appended_;
  mutable std::mutex mutex_;
  std::map<InstitutionId, Head> heads_;
  // Of the transaction under way; the store's writer alone.
  std::map<InstitutionId, std::vector<EventPtr>> staged_;
  RecentEvents recent_{kRecentBytesMax};
};

}  // namespace chartbell
