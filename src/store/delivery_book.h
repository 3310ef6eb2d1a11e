// What became of events: reads what the dispatcher records, and puts retries where it finds them.
#pragma once

#include <functional>

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
  // Called on the caller's thread after retries of the endpoint were written.
  using RetriesChanged = std::function<void(EndpointId)>;

  // `core` and `log` outlive the book.
  SqliteDeliveryBook(StoreCore& core, EventLog& log, RetriesChanged retries_changed)
      : core_(core), log_(log), retries_changed_(std::move(retries_changed)) {}

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
  Result<std::int64_t> retry_failed(EndpointId endpoint, WallTime since) override;

 private:
  struct Chunk;

  Result<void> add_backlog(SqliteDb& db, const Endpoint& endpoint, Waiting& out);
  Result<void> retry_chunk(SqliteDb& db, EndpointId endpoint, WallTime since, Chunk& chunk);
  Result<void> revive_chunk(SqliteDb& db, EndpointId endpoint, WallTime since, Chunk& chunk);

  StoreCore& core_;
  EventLog& log_;
  const RetriesChanged retries_changed_;
};

}  // namespace chartbell
