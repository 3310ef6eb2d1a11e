#include "deliver/lane.h"

#include <algorithm>

namespace chartbell {
namespace {

// What lies further ahead is as good as not settled: it would be sent again.
constexpr std::int64_t kAheadMax = 65'536;

}  // namespace

void Lane::add(std::vector<EventPtr> events) {
  if (events.empty()) return;
  read_to_ = events.back()->seq;
  std::ranges::move(events, std::back_inserter(waiting_));
}

EventPtr Lane::take() {
  auto event = std::move(waiting_.front());
  waiting_.pop_front();
  return event;
}

void Lane::forget_waiting() {
  if (waiting_.empty()) return;
  read_to_ = {waiting_.front()->seq.value - 1};
  waiting_.clear();
}

EventSeq Lane::next() const {
  return waiting_.empty() ? EventSeq{read_to_.value + 1} : waiting_.front()->seq;
}

void Lane::settle(EventSeq seq) {
  const auto index = seq.value - cursor_.value - 1;
  if (index < 0 || index > kAheadMax) return;
  const auto place = static_cast<std::size_t>(index);
  if (place >= beyond_.size()) beyond_.resize(place + 1, false);
  beyond_[place] = true;
  while (!beyond_.empty() && beyond_.front()) {
    beyond_.pop_front();
    ++cursor_.value;
  }
}

bool Lane::is_settled(EventSeq seq) const {
  const auto index = seq.value - cursor_.value - 1;
  if (index < 0) return true;
  const auto place = static_cast<std::size_t>(index);
  return place < beyond_.size() && beyond_[place];
}

bool Lane::within(std::size_t window) const {
  return next().value - cursor_.value <= static_cast<std::int64_t>(window);
}

std::vector<EventSeq> Lane::settled_beyond() const {
  std::vector<EventSeq> out;
  for (std::size_t i = 0; i < beyond_.size(); ++i)
    if (beyond_[i]) out.push_back({cursor_.value + 1 + static_cast<std::int64_t>(i)});
  return out;
}

}  // namespace chartbell
