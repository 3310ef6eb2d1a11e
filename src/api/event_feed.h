// EventFeed: who waits for the next event of an institution's log: long polls and streams.
//
// It has no thread and no clock of its own: the app calls appended() and tick(). Seats are bounded,
// for all and for each account. A key or token that was revoked or has expired ends what it waits
// for within a tick.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "api/ports.h"
#include "api/token.h"
#include "base/clock.h"

namespace chartbell {

struct FeedLimits {
  std::size_t seats = 1'000;
  std::size_t seats_per_account = 64;
};

// Thread-safe. What is woken runs on the thread of appended(), tick() or wait().
class EventFeed {
 public:
  enum class Woken : std::uint8_t { kEvents, kTimeout, kForbidden };
  // Who waits, and for what.
  struct Guest {
    AccountId account;
    InstitutionId institution;
    std::string subdomain;
    std::optional<Token> token{};  // where the account came with one
    // Of a user: the hash of their session, and whether it still lasts. Then `account` only counts.
    std::string session{};
    std::function<bool()> lasts{};
  };

  // One who may wait. Given back when it goes out of scope, together with what still waits on it.
  class Seat {
   public:
    Seat(EventFeed& feed, std::int64_t id, Guest guest)
        : feed_(feed), id_(id), guest_(std::move(guest)) {}
    ~Seat() { feed_.leave(*this); }
    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;

    const Guest& guest() const { return guest_; }

   private:
    friend class EventFeed;
    EventFeed& feed_;
    const std::int64_t id_;
    const Guest guest_;
  };
  using SeatPtr = std::shared_ptr<Seat>;

  // All of them outlive the feed, and it outlives its seats.
  EventFeed(EventArchive& events, AccountStore& accounts, const Clock& clock,
            FeedLimits limits = {})
      : events_(events), accounts_(accounts), clock_(clock), limits_(limits) {}
  ~EventFeed();

  // Null where all seats, or all of this account, are taken.
  SeatPtr take_seat(Guest guest);
  // Whether the account still may see the institution.
  bool may_stay(const Guest& guest);
  // Calls `woken` once: when the log has events behind `after`, `patience` is over, or the guest
  // may not stay. Not at all when the seat is given back before. One wait a seat at a time.
  void wait(const Seat& seat, EventSeq after, Milliseconds patience,
            std::function<void(Woken)> woken);

  // The institution's log has grown.
  void appended(InstitutionId institution);
  // Whether anybody waits at all: appended() need not be called otherwise.
  bool anybody_waits() const { return waiting_ > 0; }
  // Called about once a second.
  void tick();

  EventArchive& events() { return events_; }
  const Clock& clock() const { return clock_; }

 private:
  struct Waiter {
    Guest guest;
    EventSeq after;
    SteadyTime deadline;
    std::function<void(Woken)> woken;
  };

  void leave(const Seat& seat);
  void wake(std::int64_t seat, Woken reason);

  EventArchive& events_;
  AccountStore& accounts_;
  const Clock& clock_;
  const FeedLimits limits_;
  std::atomic<std::size_t> waiting_{0};
  std::mutex mutex_;
  std::int64_t last_seat_ = 0;
  std::size_t seats_ = 0;
  std::map<AccountId, std::size_t> seats_of_;
  std::map<std::int64_t, Waiter> waiters_;  // by seat
};

}  // namespace chartbell
