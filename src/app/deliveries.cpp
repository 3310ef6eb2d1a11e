#include "app/deliveries.h"

#include <algorithm>
#include <future>
#include <thread>

#include "app/loop_thread.h"
#include "app/stop.h"

namespace chartbell {
namespace {

constexpr Milliseconds kTick{20};
constexpr Milliseconds kTickAtTheEnd{10};
constexpr std::size_t kUsualShardsMax = 4;

DispatcherOptions share_of(DispatcherOptions options, Shard shard) {
  options.shard = shard;
  for (auto* limit :
       {&options.in_flight_max, &options.first_attempts_reserved, &options.suspects_max})
    *limit = std::max<std::size_t>(1, *limit / shard.count);
  return options;
}

}  // namespace

std::size_t usual_shards() {
  return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, kUsualShardsMax);
}

struct Deliveries::Part {
  explicit Part(Shard of) : shard(of) {}

  EventLoop& loop() { return thread.loop(); }
  // Returns when it has run, on the loop's thread.
  void run(const std::function<void()>& work) {
    std::promise<void> done;
    loop().post([&] {
      work();
      done.set_value();
    });
    done.get_future().wait();
  }

  const Shard shard;
  LoopThread thread;
  std::unique_ptr<Transport> transport;
  std::unique_ptr<Dispatcher> dispatcher;
  Stop drained;
  bool draining = false;
};

Deliveries::Deliveries(DeliveriesOptions options, const Clock& clock, const HealthBoard& board)
    : options_(std::move(options)), clock_(clock), board_(board) {}

Deliveries::~Deliveries() = default;

Result<std::unique_ptr<Deliveries>> Deliveries::open(DeliveriesOptions options,
                                                     DeliveryStore& store, const Clock& clock,
                                                     Random& random, HealthBoard& board) {
  auto out = std::unique_ptr<Deliveries>(new Deliveries(std::move(options), clock, board));
  const auto count = out->options_.shards;
  for (std::size_t i = 0; i < count; ++i) {
    auto part = std::make_unique<Part>(Shard{.index = i, .count = count});
    auto& loop = part->loop();
    TRY(part->transport, out->options_.transport(loop));
    part->dispatcher = std::make_unique<Dispatcher>(
        share_of(out->options_.dispatcher, part->shard), store, *part->transport, clock, random,
        board, [&loop](std::function<void()> work) { loop.post(std::move(work)); });
    out->parts_.push_back(std::move(part));
  }
  return out;
}

void Deliveries::start() {
  started_ = true;
  for (const auto& part : parts_) {
    part->loop().post([this, &part = *part] {
      if (const auto started = part.dispatcher->start(); !started) options_.fatal(started.error());
      tick(part);
    });
    part->thread.start();
  }
}

void Deliveries::tick(Part& part) {
  part.dispatcher->on_tick();
  if (const auto& health = part.dispatcher->health(); !health) options_.fatal(health.error());
  if (part.draining && part.dispatcher->at_rest()) part.drained.request();
  part.loop().after(part.draining ? kTickAtTheEnd : kTick, [this, &part] { tick(part); });
}

void Deliveries::stop(Milliseconds patience) {
  if (!started_) return;
  for (const auto& part : parts_) {
    part->run([&] {
      part->dispatcher->stop();
      part->draining = true;
    });
  }
  const auto until = clock_.steady_now() + patience;
  for (const auto& part : parts_) {
    const auto left = std::chrono::duration_cast<Milliseconds>(until - clock_.steady_now());
    part->drained.wait(std::max(left, Milliseconds(0)));
    part->run([&] { part->dispatcher->abandon(); });
    part->transport.reset();
    part->thread.stop();
  }
}

// A shard that none of it concerns is not woken up.
void Deliveries::on_events(InstitutionId institution) {
  for (const auto& part : parts_) {
    auto& dispatcher = *part->dispatcher;
    if (!dispatcher.follows(institution)) continue;
    part->loop().post([&dispatcher, institution] { dispatcher.on_events(institution); });
  }
}

void Deliveries::on_retries(EndpointId endpoint) {
  auto& part = part_of(endpoint);
  part.loop().post([&part, endpoint] { part.dispatcher->on_retries(endpoint); });
}

void Deliveries::send(EndpointId endpoint, NewEvent event,
                      std::function<void(Result<Outcome>)> done) {
  auto& part = part_of(endpoint);
  part.loop().post([&part, endpoint, event = std::move(event), done = std::move(done)] {
    const auto sent = part.dispatcher->send_test(
        endpoint, event, [done](Outcome outcome) { done(std::move(outcome)); });
    if (!sent) done(std::unexpected(sent.error()));
  });
}

Deliveries::Part& Deliveries::part_of(EndpointId endpoint) {
  return **std::ranges::find_if(parts_,
                                [&](const auto& part) { return part->shard.has(endpoint); });
}

}  // namespace chartbell
