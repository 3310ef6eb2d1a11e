// What detect needs of its neighbours: fresh rows from a source, stored state from the store.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/booking.h"
#include "model/dirty_keys.h"
#include "model/document.h"
#include "model/event.h"
#include "model/foreign_key.h"
#include "model/ids.h"
#include "model/shape.h"
#include "source/ports.h"

namespace chartbell {

// A source of an institution: the scope of foreign keys.
struct SourceRef {
  InstitutionId institution;
  SourceId source;

  friend auto operator<=>(const SourceRef&, const SourceRef&) = default;
};

// ---- the record system's side -----------------------------------------------------------------

// A row as it is now, rendered in the wire's shape; the leaves that only Chartbell knows (id and
// times of its own) are null in it.
struct FreshResource {
  ForeignKey key;
  LocationId location;  // 0 where the row belongs to none of ours
  Document document;
};

struct FreshChunk {
  std::vector<FreshResource> rows;  // ascending by key
  bool last = false;                // nothing behind the last row
};

struct KeyChunk {
  std::vector<ForeignKey> keys;  // ascending
  bool last = false;             // nothing behind the last key
};

// An object shown inside its parent, not a resource with events of its own.
struct FreshChild {
  ForeignKey parent;
  ForeignKey key;
  Document document;
};

// What the mapping says about a kind beyond its columns.
struct KindRules {
  ResourceKind kind = ResourceKind::kPatient;
  std::string version;  // another one: states are rendered anew, without events
  std::vector<std::pair<std::string, std::string>> on_missing;  // path → JSON text or "@today"
  std::string embedded_patient;         // path of the shown patient's id; empty: none
  std::vector<std::string> unmapped{};  // paths that no column tells of
  bool has_children = false;
  ResourceKind child_kind = ResourceKind::kDescriptor;
};

// One record system, read through its mapping. Errors: kUnreachable and kTimeout when it is away,
// kMapping when it and the mapping do not fit. Used by one thread.
class ResourceReader {
 public:
  virtual ~ResourceReader() = default;
  // In the order in which a pass reads them.
  virtual const std::vector<KindRules>& kinds() const = 0;
  // At most `limit` rows with keys behind `after`.
  virtual Result<FreshChunk> read_after(ResourceKind kind, const std::optional<ForeignKey>& after,
                                        std::size_t limit) = 0;
  // The keys alone of what read_after() would read: no column but the key's is looked at.
  virtual Result<KeyChunk> read_key_list(ResourceKind kind, const std::optional<ForeignKey>& after,
                                         std::size_t limit) = 0;
  // The rows of these keys that exist and pass the mapping's filter, ascending.
  virtual Result<std::vector<FreshResource>> read_keys(ResourceKind kind,
                                                       std::span<const ForeignKey> keys) = 0;
  virtual Result<std::vector<FreshChild>> read_children(ResourceKind kind,
                                                        std::span<const ForeignKey> parents) = 0;
  // These will be asked for, as a rule before anything else is: the record system may look for them
  // meanwhile.
  virtual void expect_children(ResourceKind, std::span<const ForeignKey>) {}
  // The date at the practice, YYYY-MM-DD.
  virtual std::string date_at(WallTime time) const = 0;
  // The record system was away: what is held open to it is as good as dead. Without this the next
  // read would find that out, and cost a turn.
  virtual void disconnect() {}
};

// What a capture noticed.
struct Wakeups {
  DirtyKeys dirty;
  // Set at the end of a transaction of the record system: all that came before it is in `dirty` of
  // this answer or of an earlier one, so that the stream may resume behind it.
  std::optional<std::string> position;
  std::int64_t rows = 0;  // row changes seen, mapped or not
  bool visible = true;    // false: `dirty` may not be readable yet, see await_visible()
};

// Notices changes between scans: a binary log, a replication slot, a poll. It yields keys, never
// rows, so it may say too much and must not say too little. Used by the thread of its source.
//
// A position is a text that only the capture that made it reads: "gtid:0-1-4711". It is stored in
// the commit that holds what came before it.
class ChangeCapture {
 public:
  virtual ~ChangeCapture() = default;
  // "log", "slot" or "poll".
  virtual std::string_view mode() const = 0;
  // Where the record system stands now. A baseline takes it before its first read. A stream ends
  // by it.
  virtual Result<std::string> present() = 0;
  // Begins behind `position`, also after an error. kPositionLost where the record system no longer
  // has what came after it: the source then wants a full diff from a new present().
  virtual Result<void> resume(const std::string& position) = 0;
  // Waits `patience` at most for the first change and takes what is there without waiting. Nothing
  // dirty and no error: the record system is there and quiet. After an error only resume() helps.
  virtual Result<Wakeups> wait(Milliseconds patience) = 0;
  // Returns when the record system says that what wait() has told of can be read. To ask takes as
  // long as to read: who reads a few rows and finds each of them changed need not.
  virtual Result<void> await_visible() { return {}; }
  // How long a reader may still not see what wait() has told of: a log is heard before its
  // transaction is done, and a MyISAM row is logged before its table is unlocked. What was told of
  // is read once more after that time, and its position stored only then.
  virtual Milliseconds unseen_for() const { return Milliseconds(250); }
  // While a stream goes on, without disturbing it: a place behind every change that a read which
  // has ended by now can have seen. Not a position: it is good for passed() alone.
  virtual Result<std::string> mark() = 0;
  // Whether wait() has given all that came before a mark of this capture.
  virtual bool passed(const std::string& mark) = 0;
  // All up to `position` is on our disk: the record system may forget it.
  virtual void stored(const std::string& position) = 0;
  // How long wait() will surely find nothing: a poll between two of its rounds. The caller rests
  // so long; zero where wait() itself does.
  virtual Milliseconds rest() { return Milliseconds(0); }
  // What becomes readable when wait() may have something, so that many captures can be waited for
  // at once: a descriptor of the stream's own, until the next call. Nothing where only time tells.
  virtual std::optional<int> readable() const { return std::nullopt; }
  // How far behind the record system the stream is, in the capture's own words ("12 MB", "3 s");
  // empty where it cannot tell.
  virtual std::string lag() = 0;
};

// Knows the rows that Chartbell itself writes into the record system. On the source's thread.
class Adoption {
 public:
  virtual ~Adoption() = default;
  // What a row that was never seen before has been to us all the same: one that we are writing.
  // That it is written has been told of by then.
  virtual Result<std::optional<Reference>> claim(ResourceKind kind, const FreshResource& row) = 0;
};

// ---- the store's side -------------------------------------------------------------------------

// Keyed 128-bit digest of a document: tells whether a row changed without opening its state.
using Digest = std::array<unsigned char, 16>;

// What the store knows of a key.
enum class Presence : std::uint8_t {
  kReferenced,  // only its id: some row points to it
  kLive,
  kGone,  // was here and vanished
};

struct KnownResource {
  ForeignKey key;
  ResourceId id;
  Presence presence = Presence::kReferenced;
  Digest digest{};
};

// A stored resource in full.
struct HeldResource {
  KnownResource known;
  LocationId location;
  WallTime created_at;
  WallTime updated_at;
  Document document;
};

// How far a kind of a source is. A pass that has never ended is the baseline.
struct PassState {
  bool baseline_done = false;
  std::string version;
};

// Which revision of a pushed resource is stored, one that is gone included.
struct PushedRevision {
  ResourceKind kind = ResourceKind::kPatient;
  ForeignKey key;
  std::int64_t revision = 0;
  Digest content{};  // of what came with it
};

struct DetectedBatch {
  SourceRef source;
  struct Write {
    ResourceKind kind;
    HeldResource resource;
  };
  std::vector<Write> writes;
  std::vector<NewEvent> events;
  std::optional<std::pair<ResourceKind, PassState>> pass;
  std::optional<std::string> position;  // of the source's capture, behind all of this
  std::vector<PushedRevision> revisions{};
  std::vector<Booking> bookings{};

  bool empty() const {
    return writes.empty() && events.empty() && !pass && !position && revisions.empty() &&
           bookings.empty();
  }
};

// Stored state. Thread-safe.
class ResourceStore {
 public:
  virtual ~ResourceStore() = default;
  // Ascending by key, with `after` < key <= `upto`; open ends where absent. `limit` rows at most.
  virtual Result<std::vector<KnownResource>> known_between(SourceRef source, ResourceKind kind,
                                                           const std::optional<ForeignKey>& after,
                                                           const std::optional<ForeignKey>& upto,
                                                           std::size_t limit) = 0;
  // Those of `keys` (ascending) that are known, ascending.
  virtual Result<std::vector<KnownResource>> known_of(SourceRef source, ResourceKind kind,
                                                      std::span<const ForeignKey> keys) = 0;
  virtual Result<std::optional<HeldResource>> held(SourceRef source, ResourceKind kind,
                                                   const ForeignKey& key) = 0;
  virtual Result<std::optional<HeldResource>> held(SourceRef source, ResourceKind kind,
                                                   ResourceId id) = 0;
  // Our id of a key, if it was ever seen.
  virtual Result<std::optional<Reference>> reference(SourceRef source, ResourceKind kind,
                                                     const ForeignKey& key) = 0;
  virtual Result<std::int64_t> count_live(SourceRef source, ResourceKind kind) = 0;
  virtual Result<PassState> pass_state(SourceRef source, ResourceKind kind) = 0;
  // What a commit last carried as the position of the source's capture.
  virtual Result<std::optional<std::string>> position(SourceRef source) = 0;
  // Nothing for a key that was never pushed.
  virtual Result<std::optional<PushedRevision>> revision(SourceRef source, ResourceKind kind,
                                                         const ForeignKey& key) = 0;
  // Nothing where no book of the institution has such an appointment.
  virtual Result<std::optional<Booking>> booking(InstitutionId institution,
                                                 ResourceId appointment) = 0;
  // A fresh id, never given before; it exists only once a batch that uses it is committed.
  virtual ResourceId allot_id() = 0;
  // States, events and position in one transaction; returns when it is on disk.
  virtual Result<void> commit(DetectedBatch batch) = 0;
};

}  // namespace chartbell
