// StoreCore: one SQLite file, one writer at a time, as many readers as ask.
//
// Group commit: the writer takes whatever has been queued while the last sync ran, applies it in
// one transaction and tells everyone when it is on disk. The writer is a thread of the store; or
// whoever waits for its change anyway, where nobody is writing: no thread need wake up for it. A
// change that fails is undone alone. The first error of a sync stops the process through `fatal`: a
// sync that failed once may "succeed" when it is tried again, with the data lost.
//
// A log that has grown long is copied into the file beside the writer, by a thread and a connection
// of its own. Commits wait only while what they added meanwhile is copied, too, which lets the log
// begin anew.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "model/ids.h"
#include "store/file_sync.h"
#include "store/sealer.h"
#include "store/sqlite_db.h"

namespace chartbell {

struct StoreOptions {
  std::string path;
  std::string master_key;
  // Tools work beside a server; two servers on one file would deliver everything twice.
  enum class Role : std::uint8_t { kServer, kTool } role = Role::kServer;
  // Called on any thread when the store cannot go on; must not return.
  std::function<void(const Error&)> fatal;
  // Of 8 KiB; then the log is copied into the file. A page that was changed often meanwhile is
  // copied once, so a longer log is less work; but it takes more of the disk, and longer to read
  // after a crash.
  std::int64_t log_pages_max = 4000;
};

// Thread-safe.
class StoreCore {
 public:
  using Change = std::function<Result<void>(SqliteDb&)>;
  using Done = std::function<void(Result<void>)>;

  // kConfig: the folder or file cannot be written, another server uses it, a later version wrote
  // it, or the master key is another one.
  static Result<std::unique_ptr<StoreCore>> open(StoreOptions options, const Clock& clock,
                                                 Random& random);
  // Writes what is queued.
  ~StoreCore();

  // Returns when the change is on disk, or with the change's own error, nothing of it being kept.
  // `on_disk` is called in the first case, by the writer, before the next transaction begins.
  Result<void> write(Change change, std::function<void()> on_disk = {});
  // A change that nobody waits for is kept from the disk for a few milliseconds, while others are
  // written: each transaction that it is not in is some pages shorter. Changes of the two kinds may
  // overtake one another; those of one kind do not.
  enum class Urgency : std::uint8_t { kNow, kSoon };
  static constexpr Milliseconds kSoonWithin{5};
  // The same without waiting; `done` is called by the writer, so it must not wait for a change.
  void write_async(Change change, Done done, Urgency urgency = Urgency::kNow);

  // Returns when everything queued before is on disk and its `done` has returned.
  void drain();

  // A connection for reading, given back when it goes out of scope.
  class Reader {
   public:
    Reader(StoreCore& core, std::unique_ptr<SqliteDb> db) : core_(&core), db_(std::move(db)) {}
    ~Reader();
    Reader(Reader&&) noexcept = default;
    SqliteDb& operator*() { return *db_; }
    SqliteDb* operator->() { return db_.get(); }

   private:
    StoreCore* core_;
    std::unique_ptr<SqliteDb> db_;
  };
  Result<Reader> reader();

  Sealer& sealer() { return sealer_; }
  const Clock& clock() const { return clock_; }
  // Makes the institution's data key if it has none.
  Result<void> ensure_data_key(InstitutionId institution);
  // Drawn once for this file.
  const std::string& tag() const { return tag_; }

 private:
  struct Queued {
    Change change;
    Done done;
  };
  struct FileLock;

  StoreCore(StoreOptions options, const Clock& clock, Random& random);
  Result<void> prepare(Random& random);
  Result<void> load_keys();
  void work();
  bool wait_for_work(std::unique_lock<std::mutex>& lock);
  bool soon_is_due() const;
  void copy();
  void write_queued(std::unique_lock<std::mutex>& lock);
  void apply(std::deque<Queued>& batch);
  void copy_rest(std::unique_lock<std::mutex>& lock);
  [[noreturn]] void fatal(const Error& error);

  const StoreOptions options_;
  const Clock& clock_;
  Sealer sealer_;
  std::string tag_;
  std::unique_ptr<FileLock> lock_;
  std::unique_ptr<FileSync> file_;    // the copying thread's; goes after all connections
  std::unique_ptr<SqliteDb> db_;      // the writer's, once the store is open
  std::unique_ptr<SqliteDb> copier_;  // the copying thread's

  std::mutex queue_mutex_;
  bool writing_ = false;  // somebody is the writer
  // Where the log stands: kLong while it is copied, kCopied when only what came meanwhile is left.
  enum class LogState : std::uint8_t { kShort, kLong, kCopied } log_ = LogState::kShort;
  std::int64_t long_pages_ = options_.log_pages_max;  // from here on it is long
  std::condition_variable queue_changed_;
  std::condition_variable log_changed_;
  std::deque<Queued> queue_;
  std::deque<Queued> soon_;  // written when the first of them is due
  SteadyTime soon_due_;
  bool stopping_ = false;

  std::mutex readers_mutex_;
  std::vector<std::unique_ptr<SqliteDb>> idle_readers_;
  std::thread writer_;
  std::thread copying_;
};

}  // namespace chartbell
