// WriteBack: what was accepted for one record system is written into it, once.
//
// A write is begun after its state `writing` is on disk. An attempt that nobody answered is looked
// for in the record system, until its row is found or can no longer come; only then it is begun
// again. A row that a reading finds meanwhile and that is what some attempt wanted to write is that
// attempt's success: it is told of first, and is then no stranger to the detector (wire contract
// §1: insertion before creation).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "detect/ports.h"
#include "model/record_write.h"
#include "model/sync_status.h"
#include "write/ports.h"

namespace chartbell {

// A resource of the source's thread; its writer answers from anywhere.
class WriteBack final : public Adoption {
 public:
  struct Parts {
    SourceRef source;
    std::string subdomain;
    std::string foreign_id_type;
    WriteBook& book;
    ResourceStore& resources;
    RecordWriter& writer;
    const Clock& clock;
    // An answer is there: turn() is worth while. From any thread.
    std::function<void()> wake;
    // A row of ours has this key from now on.
    std::function<void(ResourceKind, const ForeignKey&, const Reference&)> keyed;
    // Told of each write whose attempt has ended, whatever came of it, when that is on disk.
    std::function<void(const RecordWrite&)> ended;
  };
  // All references outlive it. Answers that come when it is gone are heard by nobody; `wake` may
  // be called for them.
  explicit WriteBack(Parts parts);
  ~WriteBack();

  // Takes answers, begins what is due. How long to rest then; the errors of the store.
  Result<Milliseconds> turn();
  Result<std::optional<Reference>> claim(ResourceKind kind, const FreshResource& row) override;

  // Red after three attempts in a row that the record system did not answer; a refusal is an
  // answer. Green again after two that it did. Nothing until one of it is true: it is as it was
  // when the process before ended.
  std::optional<Light> light() const { return light_; }
  std::optional<WallTime> answered_at() const { return answered_at_; }
  std::size_t open() const { return open_.size(); }

 private:
  enum class Busy : std::uint8_t { kNo, kWriting, kFinding };
  struct Open {
    RecordWrite write;
    std::string likeness;               // of a kCreate
    std::optional<ResourceId> patient;  // that it needs in the record system
    Busy busy = Busy::kNo;
    int finds = 0;         // since the attempt without an answer
    WallTime looked_at{};  // when the last of them was begun
  };
  struct Answer;
  struct Inbox;
  struct Begun;

  Result<void> load();
  static void remember(Open& open, WallTime now);
  Result<void> take_answers();
  Result<void> take(const Answer& answer);
  Result<void> take(WriteId id, const WriteAnswer& answer);
  Result<void> take(WriteId id, const Result<FoundRows>& found);
  Result<void> unsure(Open& open);
  Result<void> missing(Open& open, bool final);
  void look_later(Open& open);
  Result<std::optional<ForeignKey>> ours(const RecordWrite& write,
                                         const std::vector<ForeignKey>& keys);

  Result<void> begin_due();
  bool may_begin(const Open& open, WallTime now) const;
  bool waits_for_another(const Open& open) const;
  bool is_being_written(ResourceId resource) const;
  static bool has_document(const Begun& begun);
  bool writes_document() const;
  Result<void> begin(Open& open, Begun& begun);
  void hand_over(Begun begun);
  Result<void> find_due();
  void probe_due();

  Result<void> complete(Open& open, const ForeignKey& key, const Document& document);
  Result<void> fail(Open& open, WriteFault fault);
  Result<void> wait(Open& open, WriteState state, Milliseconds pause);
  Result<void> settle(WriteStep step);
  void heard(bool answered);
  Milliseconds rest() const;

  const Parts parts_;
  std::shared_ptr<Inbox> inbox_;
  std::map<WriteId, Open> open_;
  WriteId loaded_{0};
  std::optional<Light> light_;
  int answers_ = 0;   // in a row
  int silences_ = 0;  // in a row
  std::optional<WallTime> answered_at_;
  bool probing_ = false;
  SteadyTime probe_at_{};
};

}  // namespace chartbell
