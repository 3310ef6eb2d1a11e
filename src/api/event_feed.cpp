#include "api/event_feed.h"

#include <tuple>
#include <utility>

namespace chartbell {

// What waits may hold the last reference to its own seat, which is given back to us.
EventFeed::~EventFeed() {
  const auto left = std::exchange(waiters_, {});
}

EventFeed::SeatPtr EventFeed::take_seat(Guest guest) {
  const std::lock_guard lock(mutex_);
  auto& of_account = seats_of_[guest.account];
  if (seats_ >= limits_.seats || of_account >= limits_.seats_per_account) {
    if (of_account == 0) seats_of_.erase(guest.account);
    return nullptr;
  }
  ++seats_;
  ++of_account;
  return std::make_shared<Seat>(*this, ++last_seat_, std::move(guest));
}

void EventFeed::leave(const Seat& seat) {
  const std::lock_guard lock(mutex_);
  --seats_;
  const auto of_account = seats_of_.find(seat.guest().account);
  if (--of_account->second == 0) seats_of_.erase(of_account);
  waiters_.erase(seat.id_);
  waiting_ = waiters_.size();
}

bool EventFeed::may_stay(const Guest& guest) {
  if (guest.lasts) return guest.lasts();
  const auto account = accounts_.account(guest.account);
  if (!account || !*account) return false;
  if (!(*account)->scopes.has(Scope::kRead) || !(*account)->may_see(guest.subdomain)) return false;
  if (!guest.token) return true;
  if (guest.token->generation != (*account)->generation) return false;
  if (guest.token->expires_at <= clock_.now()) return false;
  const auto revoked = accounts_.is_token_revoked(guest.token->id);
  return revoked && !*revoked;
}

void EventFeed::wait(const Seat& seat, EventSeq after, Milliseconds patience,
                     std::function<void(Woken)> woken) {
  {
    const std::lock_guard lock(mutex_);
    waiters_.insert_or_assign(seat.id_, Waiter{.guest = seat.guest(),
                                               .after = after,
                                               .deadline = clock_.steady_now() + patience,
                                               .woken = std::move(woken)});
    waiting_ = waiters_.size();
  }
  // Looked at after the waiter stands there: what is appended from now on wakes it.
  if (events_.head(seat.guest().institution) > after) wake(seat.id_, Woken::kEvents);
}

void EventFeed::wake(std::int64_t seat, Woken reason) {
  std::function<void(Woken)> woken;
  {
    const std::lock_guard lock(mutex_);
    const auto found = waiters_.find(seat);
    if (found == waiters_.end()) return;
    woken = std::move(found->second.woken);
    waiters_.erase(found);
    waiting_ = waiters_.size();
  }
  woken(reason);
}

void EventFeed::appended(InstitutionId institution) {
  const auto head = events_.head(institution);
  std::vector<std::int64_t> due;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [seat, waiter] : waiters_)
      if (waiter.guest.institution == institution && waiter.after < head) due.push_back(seat);
  }
  for (const auto seat : due) wake(seat, Woken::kEvents);
}

void EventFeed::tick() {
  const auto now = clock_.steady_now();
  std::vector<std::pair<std::int64_t, Guest>> guests;
  std::vector<std::int64_t> late;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [seat, waiter] : waiters_)
      if (waiter.deadline <= now) {
        late.push_back(seat);
      } else {
        guests.emplace_back(seat, waiter.guest);
      }
  }
  for (const auto seat : late) wake(seat, Woken::kTimeout);
  std::map<std::tuple<AccountId, std::string, std::string>, bool> may;
  for (const auto& [seat, guest] : guests) {
    const auto token = guest.token ? guest.token->id : guest.session;
    const auto [known, first] = may.try_emplace({guest.account, guest.subdomain, token}, true);
    if (first) known->second = may_stay(guest);
    if (!known->second) wake(seat, Woken::kForbidden);
  }
}

}  // namespace chartbell
