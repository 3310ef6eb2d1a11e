#include "store/core.h"

#include <algorithm>
#include <cstdlib>
#include <future>
#include <iterator>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/check.h"
#include "base/crypto.h"
#include "base/give_way.h"
#include "store/schema.h"

namespace chartbell {
namespace {

// The first time the log is copied beside the writer takes long, so that much is added to it; the
// second time, little.
constexpr int kTimesBeside = 2;
constexpr std::size_t kIdleReadersMax = 16;

constexpr const char* kReadWritePragmas =
    "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
    "PRAGMA cache_size=-32768; PRAGMA temp_store=MEMORY; PRAGMA trusted_schema=OFF;";
constexpr const char* kReadPragmas = "PRAGMA cache_size=-8192; PRAGMA query_only=ON;";

constexpr const char* kTagName = "tag";

Result<std::optional<std::string>> setting(SqliteDb& db, std::string_view name) {
  auto select = db.prepare("SELECT value FROM setting WHERE name=?");
  TRY(const bool found, select.bind(name).step());
  return found ? std::optional(select.blob(0)) : std::nullopt;
}

}  // namespace

// Held for the life of a server; the kernel lets go of it when the process dies, however it dies.
struct StoreCore::FileLock {
  int descriptor = -1;
  ~FileLock() {
    if (descriptor >= 0) ::close(descriptor);
  }
};

StoreCore::StoreCore(StoreOptions options, const Clock& clock, Random& random)
    : options_(std::move(options)), clock_(clock), sealer_(options_.master_key, random) {}

Result<std::unique_ptr<StoreCore>> StoreCore::open(StoreOptions options, const Clock& clock,
                                                   Random& random) {
  auto core = std::unique_ptr<StoreCore>(new StoreCore(std::move(options), clock, random));
  TRY_DO(core->prepare(random));
  core->writer_ = std::thread([raw = core.get()] { raw->work(); });
  core->copying_ = std::thread([raw = core.get()] { raw->copy(); });
  return core;
}

Result<void> StoreCore::prepare(Random& random) {
  TRY(db_, SqliteDb::open(options_.path, SqliteDb::Access::kReadWrite));
  if (options_.role == StoreOptions::Role::kServer) {
    const std::string lock_path = options_.path + ".lock";
    lock_ = std::make_unique<FileLock>();
    lock_->descriptor = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock_->descriptor < 0 || ::flock(lock_->descriptor, LOCK_EX | LOCK_NB) != 0)
      return failure(Code::kConfig, "store: another chartbell already serves " + options_.path);
  }
  if (auto done = db_->execute(kReadWritePragmas); !done)
    return std::unexpected(within(options_.path, done.error()));
  TRY_DO(migrate(*db_));
  TRY(file_, FileSync::open(options_.path));
  TRY(copier_, SqliteDb::open(options_.path, SqliteDb::Access::kReadWrite));
  TRY_DO(copier_->execute(kReadWritePragmas));
  TRY_DO(load_keys());
  TRY(auto tag, setting(*db_, kTagName));
  if (!tag) {
    tag = random.hex(6);
    TRY_DO(db_->prepare("INSERT INTO setting VALUES (?,?)").bind(kTagName).bind_blob(*tag).run());
  }
  tag_ = *tag;
  return {};
}

Result<void> StoreCore::load_keys() {
  {
    auto select = db_->prepare("SELECT institution, sealed_key FROM data_key");
    while (true) {
      TRY(const bool row, select.step());
      if (!row) break;
      TRY_DO(sealer_.add_data_key({select.integer(0)}, select.blob(1)));
    }
  }
  if (sealer_.has_data_key(kNoInstitution)) return {};
  const auto sealed = sealer_.make_data_key(kNoInstitution);
  return db_->prepare("INSERT INTO data_key VALUES (0,?)").bind_blob(sealed).run();
}

Result<void> StoreCore::ensure_data_key(InstitutionId institution) {
  if (sealer_.has_data_key(institution)) return {};
  const auto sealed = sealer_.make_data_key(institution);
  return write([institution, sealed](SqliteDb& db) {
    return db.prepare("INSERT INTO data_key VALUES (?,?)")
        .bind(institution.value)
        .bind_blob(sealed)
        .run();
  });
}

StoreCore::~StoreCore() {
  {
    const std::lock_guard lock(queue_mutex_);
    stopping_ = true;
  }
  queue_changed_.notify_all();
  log_changed_.notify_all();
  if (copying_.joinable()) copying_.join();
  if (writer_.joinable()) writer_.join();
}

Result<void> StoreCore::write(Change change, std::function<void()> on_disk) {
  std::promise<Result<void>> promise;
  auto done = promise.get_future();
  Queued own{std::move(change), [&](Result<void> result) {
               if (result && on_disk) on_disk();
               promise.set_value(std::move(result));
             }};
  {
    std::unique_lock lock(queue_mutex_);
    CHECK(!stopping_);
    queue_.push_back(std::move(own));
    // Whoever always writes must not keep the store's own thread from the log.
    if (!writing_ && log_ != LogState::kCopied) write_queued(lock);
  }
  return done.get();
}

void StoreCore::write_async(Change change, Done done, Urgency urgency) {
  bool wakes = false;
  {
    const std::lock_guard lock(queue_mutex_);
    CHECK(!stopping_);
    auto& queue = urgency == Urgency::kNow ? queue_ : soon_;
    wakes = !writing_ && queue.empty();
    if (urgency == Urgency::kSoon && soon_.empty()) soon_due_ = clock_.steady_now() + kSoonWithin;
    queue.push_back({std::move(change), std::move(done)});
  }
  if (wakes) queue_changed_.notify_one();
}

void StoreCore::drain() {
  {
    const std::lock_guard lock(queue_mutex_);
    soon_due_ = {};
  }
  const auto done = write([](SqliteDb&) { return Result<void>(); });
  CHECK(done.has_value());
}

void StoreCore::work() {
  std::unique_lock lock(queue_mutex_);
  while (wait_for_work(lock)) {
    if (log_ == LogState::kCopied) copy_rest(lock);
    if (!queue_.empty() || soon_is_due()) write_queued(lock);
  }
}

bool StoreCore::soon_is_due() const {
  return !soon_.empty() && (stopping_ || clock_.steady_now() >= soon_due_);
}

// False when the store ends.
bool StoreCore::wait_for_work(std::unique_lock<std::mutex>& lock) {
  while (true) {
    if (!writing_) {
      if (log_ == LogState::kCopied || !queue_.empty() || soon_is_due()) return true;
      if (stopping_) return false;
    }
    if (writing_ || soon_.empty()) {
      queue_changed_.wait(lock);
    } else if (queue_changed_.wait_for(lock, soon_due_ - clock_.steady_now()) ==
               std::cv_status::timeout) {
      soon_due_ = {};
    }
  }
}

// One transaction, by the caller.
void StoreCore::write_queued(std::unique_lock<std::mutex>& lock) {
  std::deque<Queued> batch;
  if (soon_is_due()) batch.swap(soon_);
  std::ranges::move(queue_, std::back_inserter(batch));
  queue_.clear();
  writing_ = true;
  lock.unlock();
  apply(batch);
  lock.lock();
  writing_ = false;
  if (log_ == LogState::kShort && db_->log_pages() >= long_pages_) {
    log_ = LogState::kLong;
    log_changed_.notify_one();
  }
  if (log_ == LogState::kCopied || !queue_.empty() || !soon_.empty()) queue_changed_.notify_one();
}

void StoreCore::copy() {
  give_way();
  std::unique_lock lock(queue_mutex_);
  while (true) {
    log_changed_.wait(lock, [this] { return stopping_ || log_ == LogState::kLong; });
    if (stopping_) return;
    lock.unlock();
    for (int i = 0; i < kTimesBeside; ++i) {
      if (const auto copied = copier_->checkpoint(); !copied) fatal(copied.error());
      if (const auto synced = file_->sync(); !synced) fatal(synced.error());
    }
    lock.lock();
    log_ = LogState::kCopied;
    queue_changed_.notify_one();
  }
}

// Only the store's own thread does that, since nobody waits for it. Where a reader still needs the
// log, it grows by as much again.
void StoreCore::copy_rest(std::unique_lock<std::mutex>& lock) {
  writing_ = true;
  lock.unlock();
  const auto copied = db_->checkpoint();
  if (!copied) fatal(copied.error());
  lock.lock();
  long_pages_ = options_.log_pages_max + (*copied ? 0 : db_->log_pages());
  log_ = LogState::kShort;
  writing_ = false;
}

void StoreCore::apply(std::deque<Queued>& batch) {
  if (const auto begun = db_->execute("BEGIN IMMEDIATE"); !begun) fatal(begun.error());
  std::vector<Result<void>> results;
  for (auto& queued : batch) {
    // One change alone needs no savepoint: if it fails, the whole transaction is it.
    const bool alone = batch.size() == 1;
    if (!alone && !db_->prepare("SAVEPOINT change").run()) fatal({});
    results.push_back(queued.change(*db_));
    const auto& result = results.back();
    if (!result && result.error().code == Code::kNoSpace) fatal(result.error());
    if (!result && result.error().code == Code::kInternal) fatal(result.error());
    if (!result && !db_->execute(alone ? "ROLLBACK; BEGIN IMMEDIATE" : "ROLLBACK TO change"))
      fatal(result.error());
    if (!alone && !db_->prepare("RELEASE change").run()) fatal({});
  }
  if (const auto committed = db_->execute("COMMIT"); !committed) fatal(committed.error());
  for (std::size_t i = 0; i < batch.size(); ++i) batch[i].done(std::move(results[i]));
}

void StoreCore::fatal(const Error& error) {
  if (options_.fatal) options_.fatal(error);
  std::abort();
}

Result<StoreCore::Reader> StoreCore::reader() {
  {
    const std::lock_guard lock(readers_mutex_);
    if (!idle_readers_.empty()) {
      Reader reader(*this, std::move(idle_readers_.back()));
      idle_readers_.pop_back();
      return reader;
    }
  }
  TRY(auto db, SqliteDb::open(options_.path, SqliteDb::Access::kRead));
  TRY_DO(db->execute(kReadPragmas));
  return Reader(*this, std::move(db));
}

StoreCore::Reader::~Reader() {
  if (db_ == nullptr) return;
  const std::lock_guard lock(core_->readers_mutex_);
  if (core_->idle_readers_.size() < kIdleReadersMax) core_->idle_readers_.push_back(std::move(db_));
}

}  // namespace chartbell
