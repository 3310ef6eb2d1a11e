// Deliveries: the endpoints shared out over dispatchers, each with a loop and a thread of its own,
// and what others ask of them brought to the one that has the endpoint.
//
// Shards share the store, the log and the board, and nothing else.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "api/ports.h"
#include "deliver/dispatcher.h"
#include "net/event_loop.h"

namespace chartbell {

// A shard's transport, which tells on the shard's own loop what came of an attempt.
using MakeTransport = std::function<Result<std::unique_ptr<Transport>>(EventLoop& home)>;

struct DeliveriesOptions {
  DispatcherOptions dispatcher;  // what is limited over all endpoints is so over all shards
  std::size_t shards = 1;        // at least one
  MakeTransport transport;
  // Called, on any thread, when the store cannot go on.
  std::function<void(const Error&)> fatal;
};

// One for each processor, four at most: beyond that the store is what limits.
std::size_t usual_shards();

// Thread-safe but for start() and stop().
class Deliveries final : public HealthSource, public TestSender {
 public:
  // The transport's errors. All others outlive the deliveries.
  static Result<std::unique_ptr<Deliveries>> open(DeliveriesOptions options, DeliveryStore& store,
                                                  const Clock& clock, Random& random,
                                                  HealthBoard& board);
  // After stop(), if started; the store has told by then what became of all records.
  ~Deliveries() override;

  void start();
  // No new attempts; those in flight have so much time to end and to be recorded, then they are as
  // good as never sent. Ends the threads.
  void stop(Milliseconds patience);

  // New events stand in this institution's log.
  void on_events(InstitutionId institution);
  // Somebody wrote retries of the endpoint.
  void on_retries(EndpointId endpoint);

  EndpointStats stats(EndpointId endpoint) const override { return board_.stats(endpoint); }
  Activity activity(InstitutionId institution) const override {
    return board_.activity(institution);
  }
  void send(EndpointId endpoint, NewEvent event,
            std::function<void(Result<Outcome>)> done) override;

 private:
  struct Part;

  Deliveries(DeliveriesOptions options, const Clock& clock, const HealthBoard& board);
  Part& part_of(EndpointId endpoint);
  void tick(Part& part);

  const DeliveriesOptions options_;
  const Clock& clock_;
  const HealthBoard& board_;
  std::vector<std::unique_ptr<Part>> parts_;  // by shard
  bool started_ = false;
};

}  // namespace chartbell
