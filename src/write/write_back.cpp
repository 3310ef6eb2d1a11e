#include "write/write_back.h"

#include <algorithm>
#include <deque>
#include <iterator>
#include <mutex>
#include <utility>
#include <variant>

#include "base/json_text.h"
#include "base/log.h"
#include "model/emit.h"
#include "model/leaves.h"
#include "write/insertion.h"
#include "write/order.h"

namespace chartbell {
namespace {

using enum WriteState;

// More than these wait in the store until some of them have ended.
constexpr std::size_t kOpenMax = 1'000;
constexpr Milliseconds kPauseMin{500};
constexpr Milliseconds kPauseMax{60'000};
constexpr Milliseconds kFindPauseMin{100};
constexpr Milliseconds kFindPauseMax{5'000};
constexpr Milliseconds kProbeEvery{30'000};
constexpr Milliseconds kProbeWhenRed{5'000};
constexpr int kRoundsMax = 16;
constexpr int kSilencesForRed = 3;
constexpr int kAnswersForGreen = 2;

Milliseconds doubled(Milliseconds least, int times, Milliseconds most) {
  return std::min<Milliseconds>(most, least * (1 << std::clamp(times, 0, 16)));
}

bool is_transport(const Result<FoundRows>& found) {
  return !found && retryable(found.error().code);
}

}  // namespace

// To a write or a search for one; to a probe, of no write.
struct WriteBack::Answer {
  WriteId id;
  std::variant<WriteAnswer, Result<FoundRows>, Result<void>> what;
};

// What writers answer, on whatever thread.
struct WriteBack::Inbox {
  using Answers = std::deque<Answer>;

  std::mutex mutex;
  Answers answers;
  const std::function<void()> wake;

  explicit Inbox(std::function<void()> wakes) : wake(std::move(wakes)) {}
  void put(Answer answer) {
    {
      const std::lock_guard lock(mutex);
      answers.push_back(std::move(answer));
    }
    wake();
  }
  void put_back(Answers untaken) {
    const std::lock_guard lock(mutex);
    answers.insert(answers.begin(), std::make_move_iterator(untaken.begin()),
                   std::make_move_iterator(untaken.end()));
  }
  bool empty() {
    const std::lock_guard lock(mutex);
    return answers.empty();
  }
  Answers take() {
    const std::lock_guard lock(mutex);
    return std::exchange(answers, {});
  }
};

// What is begun together: it is handed over when that is on disk.
struct WriteBack::Begun {
  std::vector<WriteOrder> orders;
  std::vector<WriteStep> steps;
};

WriteBack::WriteBack(Parts parts)
    : parts_(std::move(parts)), inbox_(std::make_shared<Inbox>(parts_.wake)) {}

WriteBack::~WriteBack() = default;

Result<Milliseconds> WriteBack::turn() {
  TRY_DO(take_answers());
  // A writer that answers at once is given the next one at once, for a while.
  for (int round = 0; round < kRoundsMax; ++round) {
    TRY_DO(load());
    TRY_DO(begin_due());
    TRY_DO(find_due());
    probe_due();
    if (inbox_->empty()) return rest();
    TRY_DO(take_answers());
  }
  return Milliseconds(0);
}

// ---- what there is to do ------------------------------------------------------------------------

Result<void> WriteBack::load() {
  if (open_.size() >= kOpenMax) return {};
  TRY(auto writes, parts_.book.open_writes(parts_.source, loaded_, kOpenMax - open_.size()));
  for (auto& write : writes) {
    Open open;
    if (write.action == WriteAction::kCreate) {
      TRY(open.likeness, likeness(write.kind, write.order));
    }
    TRY(open.patient, patient_of(write));
    loaded_ = write.id;
    open.write = std::move(write);
    remember(open, parts_.clock.now());
    open_.emplace(loaded_, std::move(open));
  }
  return {};
}

// What was under way when the process ended has no answer. Changes say what is to be, not what is
// to be done, so they may be repeated.
void WriteBack::remember(Open& open, WallTime now) {
  auto& write = open.write;
  if (write.state != kWriting) return;
  write.state = write.action == WriteAction::kChange ? kAccepted : kVerifying;
  write.unsure_since = now;
  write.due.reset();
}

Milliseconds WriteBack::rest() const {
  const auto now = parts_.clock.now();
  const auto probe_in = std::chrono::ceil<Milliseconds>(probe_at_ - parts_.clock.steady_now());
  // The answer to a probe under way ends the rest by itself.
  auto out = probing_ ? kProbeEvery : std::max(Milliseconds(0), probe_in);
  for (const auto& [id, open] : open_) {
    if (open.busy != Busy::kNo || !open.write.due) continue;
    out = std::min(
        out, std::max(Milliseconds(1), std::chrono::ceil<Milliseconds>(*open.write.due - now)));
  }
  return out;
}

// ---- beginning ----------------------------------------------------------------------------------

Result<void> WriteBack::begin_due() {
  const auto now = parts_.clock.now();
  Begun begun;
  auto free = parts_.writer.at_once();
  for (const auto& [id, open] : open_) free -= open.busy == Busy::kWriting && free > 0 ? 1 : 0;
  for (auto at = open_.begin(); at != open_.end() && begun.orders.size() < free;) {
    auto& open = (at++)->second;  // it may be erased
    if (open.write.state != kAccepted || open.busy != Busy::kNo) continue;
    if (open.write.expires_at && *open.write.expires_at <= now) {
      TRY_DO(fail(open, WriteFault::kTimedOut));
    } else if (may_begin(open, now)) {
      TRY_DO(begin(open, begun));
    }
  }
  if (begun.steps.empty()) return {};
  TRY_DO(parts_.book.record(parts_.source, begun.steps));
  hand_over(std::move(begun));
  return {};
}

void WriteBack::hand_over(Begun begun) {
  for (auto& step : begun.steps) {
    auto& open = open_.at(step.write.id);
    open.write = std::move(step.write);
    open.busy = Busy::kWriting;
    open.finds = 0;
  }
  for (auto& order : begun.orders) {
    const auto id = order.id;
    parts_.writer.write(std::move(order), [inbox = inbox_, id](WriteAnswer answer) {
      inbox->put({id, std::move(answer)});
    });
  }
}

bool WriteBack::may_begin(const Open& open, WallTime now) const {
  return (!open.write.due || *open.write.due <= now) && !waits_for_another(open);
}

// What is written into one resource goes in the order in which it was accepted. Of two bookings
// that are alike the second waits: while both are under way nobody could tell whose a row is.
bool WriteBack::waits_for_another(const Open& open) const {
  const auto before = std::ranges::subrange(open_.begin(), open_.find(open.write.id));
  return std::ranges::any_of(before, [&](const auto& entry) {
    const auto& other = entry.second;
    if (other.write.resource == open.write.resource) return true;
    return !open.likeness.empty() && other.write.kind == open.write.kind &&
           other.likeness == open.likeness;
  });
}

bool WriteBack::is_being_written(ResourceId resource) const {
  return std::ranges::any_of(open_, [&](const auto& other) {
    return other.second.write.resource == resource &&
           other.second.write.action == WriteAction::kCreate;
  });
}

// Documents go one by one: each is in memory while it is written.
bool WriteBack::writes_document() const {
  return std::ranges::any_of(open_, [](const auto& open) {
    return open.second.busy == Busy::kWriting && open.second.write.kind == ResourceKind::kDocument;
  });
}

bool WriteBack::has_document(const Begun& begun) {
  return std::ranges::any_of(
      begun.orders, [](const auto& order) { return order.kind == ResourceKind::kDocument; });
}

Result<void> WriteBack::begin(Open& open, Begun& begun) {
  const auto& patient = open.patient;
  if (patient && is_being_written(*patient)) return {};
  TRY(auto order, order_of(open.write, parts_.source, parts_.resources));
  if (!order) {
    const bool by_patient = patient && open.write.action == WriteAction::kCreate;
    if (!by_patient) return fail(open, WriteFault::kNotThere);
    TRY(const auto held, parts_.resources.held(parts_.source, ResourceKind::kPatient, *patient));
    return fail(open, held ? WriteFault::kNotThere : WriteFault::kPatientNotWritten);
  }
  if (open.write.kind == ResourceKind::kDocument) {
    if (writes_document() || has_document(begun)) return {};
    TRY(auto file, parts_.book.file_of(open.write.institution, open.write.resource));
    if (!file) return fail(open, WriteFault::kNotThere);
    order->file = *std::move(file);
  }
  auto write = open.write;
  write.state = kWriting;
  write.updated_at = parts_.clock.now();
  write.due.reset();
  ++write.attempts;
  begun.orders.push_back(*std::move(order));
  begun.steps.push_back({.write = std::move(write)});
  return {};
}

Result<void> WriteBack::find_due() {
  const auto now = parts_.clock.now();
  for (auto& [id, open] : open_) {
    const auto& write = open.write;
    if (write.state != kVerifying || open.busy != Busy::kNo || (write.due && *write.due > now))
      continue;
    TRY(auto order, order_of(write, parts_.source, parts_.resources));
    open.looked_at = now;
    open.busy = order ? Busy::kFinding : Busy::kNo;
    if (order) {
      parts_.writer.find(*std::move(order), [inbox = inbox_, write = id](Result<FoundRows> found) {
        inbox->put({write, std::move(found)});
      });
    } else {  // what it names is gone: beginning it again will say so
      TRY_DO(missing(open, false));
    }
  }
  return {};
}

// A record system that nobody books in is asked now and then, so that its light is true.
void WriteBack::probe_due() {
  const auto now = parts_.clock.steady_now();
  if (probing_ || now < probe_at_) return;
  probing_ = true;
  probe_at_ = now + (light_ == Light::kGreen ? kProbeEvery : kProbeWhenRed);
  parts_.writer.probe(
      [inbox = inbox_](Result<void> done) { inbox->put({WriteId{0}, std::move(done)}); });
}

// ---- answers ------------------------------------------------------------------------------------

// One that the store could not take is there again at the next turn, with those behind it.
Result<void> WriteBack::take_answers() {
  auto answers = inbox_->take();
  while (!answers.empty()) {
    if (auto taken = take(answers.front()); !taken) {
      inbox_->put_back(std::move(answers));
      return taken;
    }
    answers.pop_front();
  }
  return {};
}

Result<void> WriteBack::take(const Answer& answer) {
  if (const auto* written = std::get_if<WriteAnswer>(&answer.what))
    return take(answer.id, *written);
  if (const auto* found = std::get_if<Result<FoundRows>>(&answer.what))
    return take(answer.id, *found);
  probing_ = false;
  const auto& done = std::get<Result<void>>(answer.what);
  heard(done || !retryable(done.error().code));
  return {};
}

Result<void> WriteBack::take(WriteId id, const WriteAnswer& answer) {
  const auto found = open_.find(id);
  const bool answered =
      answer.kind == WriteAnswer::Kind::kWritten || answer.kind == WriteAnswer::Kind::kRefused;
  heard(answered);
  if (found == open_.end()) return {};  // its row was read before the answer came
  auto& open = found->second;
  open.busy = Busy::kNo;
  switch (answer.kind) {
    case WriteAnswer::Kind::kWritten:
      return complete(open, answer.key.value_or(ForeignKey()), open.write.order);
    case WriteAnswer::Kind::kRefused:
      return fail(open, WriteFault::kRefused);
    case WriteAnswer::Kind::kNotSent:
      return wait(open, kAccepted, doubled(kPauseMin, open.write.attempts - 1, kPauseMax));
    case WriteAnswer::Kind::kUnsure:
      return unsure(open);
  }
  return {};
}

Result<void> WriteBack::unsure(Open& open) {
  open.write.unsure_since = parts_.clock.now();
  if (open.write.action == WriteAction::kCreate) return wait(open, kVerifying, Milliseconds(0));
  return wait(open, kAccepted, doubled(kPauseMin, open.write.attempts - 1, kPauseMax));
}

Result<void> WriteBack::take(WriteId id, const Result<FoundRows>& found) {
  heard(!is_transport(found));
  const auto at = open_.find(id);
  if (at == open_.end()) return {};
  auto& open = at->second;
  open.busy = Busy::kNo;
  if (!found) {  // it says nothing about the row
    if (open.finds == 0 && !is_transport(found))
      log_warning("write_not_looked_for", {{"institution", parts_.subdomain},
                                           {"write", to_string(id)},
                                           {"resource", name(open.write.kind)},
                                           {"reason", name(found.error().code)}});
    look_later(open);
    return {};
  }
  TRY(const auto key, ours(open.write, found->keys));
  if (!key) return missing(open, found->final);
  return complete(open, *key, open.write.order);
}

// Not found: it may come later, or be begun again.
Result<void> WriteBack::missing(Open& open, bool final) {
  const auto since = open.write.unsure_since.value_or(open.looked_at);
  if (final || open.looked_at - since >= parts_.writer.doubt())
    return wait(open, kAccepted, Milliseconds(0));
  look_later(open);
  return {};
}

void WriteBack::look_later(Open& open) {
  open.write.due = parts_.clock.now() + doubled(kFindPauseMin, open.finds++, kFindPauseMax);
}

// A row that is nobody's yet.
Result<std::optional<ForeignKey>> WriteBack::ours(const RecordWrite& write,
                                                  const std::vector<ForeignKey>& keys) {
  for (const auto& key : keys) {
    TRY(const auto held, parts_.resources.held(parts_.source, write.kind, key));
    if (!held || held->document.empty()) return std::optional(key);
  }
  return std::optional<ForeignKey>();
}

Result<std::optional<Reference>> WriteBack::claim(ResourceKind kind, const FreshResource& row) {
  const auto may_be = [&](const auto& entry) {
    const auto& write = entry.second.write;
    return write.kind == kind && write.action == WriteAction::kCreate && write.attempts > 0;
  };
  if (std::ranges::none_of(open_, may_be)) return std::optional<Reference>();
  TRY(const auto alike, likeness(kind, row.document));
  for (auto& entry : open_) {
    auto& open = entry.second;
    const auto& write = open.write;
    if (!may_be(entry) || open.likeness != alike) continue;
    const Reference out{write.resource, write.created_at};
    TRY_DO(complete(open, row.key, row.document));
    return std::optional(out);
  }
  return std::optional<Reference>();
}

// ---- ends ---------------------------------------------------------------------------------------

Result<void> WriteBack::complete(Open& open, const ForeignKey& key, const Document& document) {
  WriteStep step{.write = open.write};
  auto& write = step.write;
  write.state = kComplete;
  write.due.reset();
  write.updated_at = parts_.clock.now();
  write.key = key;
  if (write.action == WriteAction::kCreate) {
    const LeafText keyed[] = {{"foreign_id", json_string(to_string(key))},
                              {"foreign_id_type", json_string(parts_.foreign_id_type)}};
    TRY(step.document, with_leaves(document, keyed));
    TRY(step.events, insertion_events(write, *step.document, parts_.subdomain));
    TRY(const auto held, parts_.resources.held(parts_.source, write.kind, key));
    const bool anothers = held && held->known.presence != Presence::kReferenced;
    if (!anothers) parts_.keyed(write.kind, key, {write.resource, write.created_at});
  }
  return settle(std::move(step));
}

Result<void> WriteBack::fail(Open& open, WriteFault fault) {
  WriteStep step{.write = open.write};
  auto& write = step.write;
  write.state = kFailed;
  write.fault = fault;
  write.due.reset();
  write.updated_at = parts_.clock.now();
  if (write.action == WriteAction::kCreate) {
    TRY(step.events, insertion_events(write, write.order, parts_.subdomain));
  }
  return settle(std::move(step));
}

Result<void> WriteBack::wait(Open& open, WriteState state, Milliseconds pause) {
  auto& write = open.write;
  write.state = state;
  write.updated_at = parts_.clock.now();
  write.due = write.updated_at + pause;
  TRY_DO(parts_.book.record(parts_.source, {{.write = write}}));
  parts_.ended(write);
  return {};
}

Result<void> WriteBack::settle(WriteStep step) {
  const RecordWrite write = step.write;
  std::vector<WriteStep> steps;
  steps.push_back(std::move(step));
  TRY_DO(parts_.book.record(parts_.source, std::move(steps)));
  log_info("write_ended", {{"institution", parts_.subdomain},
                           {"write", to_string(write.id)},
                           {"resource", name(write.kind)},
                           {"state", name(write.state)},
                           {"reason", name(write.fault)}});
  open_.erase(write.id);
  parts_.ended(write);
  return {};
}

// ---- the light ----------------------------------------------------------------------------------

void WriteBack::heard(bool answered) {
  answers_ = answered ? answers_ + 1 : 0;
  silences_ = answered ? 0 : silences_ + 1;
  if (answered) answered_at_ = parts_.clock.now();
  if (silences_ >= kSilencesForRed) light_ = Light::kRed;
  if ((answered && !light_) || answers_ >= kAnswersForGreen) light_ = Light::kGreen;
}

}  // namespace chartbell
