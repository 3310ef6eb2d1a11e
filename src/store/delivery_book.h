// What became of events: reads what the dispatcher records, and puts retries where it finds them.
#pragma once

#include <atomic>
#include <functional>
#include <memory>

#include "api/ports.h"
#include "deliver/ports.h"
#include "store/attempt_reader.h"
#include "store/core.h"
#include "store/event_log.h"

namespace chartbell {

// How a delivery stands is not written anywhere: it is found by elimination, from retries, what is
// held, dead letters, attempts and the lane's position. Positions are recorded now and then, so a
// delivery may be shown as pending for some seconds after its success when its attempt is not found
// within the bounds of a look.
class SqliteDeliveryBook final : public DeliveryBook {
 public:
  // Called, on any thread, after retries of the endpoint were written.
  using RetriesChanged = std::function<void(EndpointId)>;

  // `core` and `log` outlive the book.
  SqliteDeliveryBook(StoreCore& core, EventLog& log, RetriesChanged retries_changed)
      : core_(core), log_(log), retries_changed_(std::move(retries_changed)) {}
  // What retry_failed() has begun ends with the transaction under way.
  ~SqliteDeliveryBook() override;

  Result<std::vector<Delivery>> deliveries_of(AccountId account, const Event& event) override;
  Result<Page<Attempt, AttemptPosition>> attempts(const AttemptQuery& query) override;
  Result<Page<WaitingRetry, WaitingRetry>> retries(EndpointId endpoint,
                                                   const std::optional<WaitingRetry>& after,
                                                   std::size_t limit) override;
  Result<Page<DeadLetter, DeadLetter>> dead_letters(EndpointId endpoint,
                                                    const std::optional<DeadLetter>& after,
                                                    std::size_t limit) override;
  Result<Waiting> waiting(const Endpoint& endpoint) override;
  Result<DeliveryState> retry(const Endpoint& endpoint, const Event& event) override;
  void retry_failed(EndpointId endpoint, WallTime since,
                    std::function<void(Result<std::int64_t>)> done) override;

 private:
  // All of retry_failed(), transaction by transaction; it outlives the book.
  struct Run;

  static void go_on(const std::shared_ptr<Run>& run);
  Result<void> add_backlog(SqliteDb& db, const Endpoint& endpoint, Waiting& out);

  StoreCore& core_;
  EventLog& log_;
  const RetriesChanged retries_changed_;
  const std::shared_ptr<std::atomic<bool>> alive_ = std::make_shared<std::atomic<bool>>(true);
};

}  // namespace chartbell
