#include "net/resolver.h"

#include <deque>
#include <unordered_map>

#include "net/dns_lookup.h"
#include "net/loop_context.h"

namespace chartbell {
namespace {

Result<std::vector<IpAddress>> addresses_of(Result<DnsAnswer> answer) {
  TRY(auto whole, std::move(answer));
  return std::move(whole.addresses);
}

class DnsResolver final : public Resolver {
 public:
  DnsResolver(asio::io_context& io, const Clock& clock, ResolverOptions options)
      : io_(io), clock_(clock), options_(std::move(options)) {}

  void resolve(const std::string& host, Done done) override;

 private:
  struct Name {
    std::vector<Done> askers;
    std::shared_ptr<DnsLookup> lookup;  // null while it waits for its turn
  };
  struct Kept {
    std::vector<IpAddress> addresses;
    SteadyTime until;
  };

  void start_waiting();
  void end(const std::string& host, Result<DnsAnswer> answer);
  const std::vector<IpAddress>* find_kept(const std::string& host);
  void keep(const std::string& host, const DnsAnswer& answer);

  asio::io_context& io_;
  const Clock& clock_;
  const ResolverOptions options_;
  std::unordered_map<std::string, Name> names_;
  std::deque<std::string> waiting_;
  std::size_t under_way_ = 0;
  std::unordered_map<std::string, Kept> kept_;
};

void DnsResolver::resolve(const std::string& host, Done done) {
  if (const auto* kept = find_kept(host)) return done(*kept);
  if (names_.size() >= options_.names_max && !names_.contains(host))
    return done(failure(Code::kUnreachable, "resolving " + host + ": too many names at once"));
  const auto [place, is_new] = names_.try_emplace(host);
  place->second.askers.push_back(std::move(done));
  if (!is_new) return;
  waiting_.push_back(host);
  start_waiting();
}

void DnsResolver::start_waiting() {
  while (!waiting_.empty() && under_way_ < options_.lookups_max) {
    const std::string host = std::move(waiting_.front());
    waiting_.pop_front();
    ++under_way_;
    const auto lookup = std::make_shared<DnsLookup>(io_);
    names_[host].lookup = lookup;
    lookup->start(host, options_,
                  [this, host](Result<DnsAnswer> answer) { end(host, std::move(answer)); });
  }
}

// An asker may destroy the resolver: nothing of it is touched after the first was told.
void DnsResolver::end(const std::string& host, Result<DnsAnswer> answer) {
  const auto ended = names_.extract(host);
  --under_way_;
  if (answer) keep(host, *answer);
  start_waiting();
  const auto found = addresses_of(std::move(answer));
  for (const Done& done : ended.mapped().askers) done(found);
}

const std::vector<IpAddress>* DnsResolver::find_kept(const std::string& host) {
  const auto found = kept_.find(host);
  if (found == kept_.end()) return nullptr;
  if (clock_.steady_now() < found->second.until) return &found->second.addresses;
  kept_.erase(found);
  return nullptr;
}

void DnsResolver::keep(const std::string& host, const DnsAnswer& answer) {
  const auto time = std::min<Milliseconds>(answer.ttl, options_.kept_for_max);
  if (time <= Milliseconds(0) || options_.kept_max == 0) return;
  const SteadyTime now = clock_.steady_now();
  if (kept_.size() >= options_.kept_max)
    std::erase_if(kept_, [&](const auto& item) { return item.second.until <= now; });
  if (kept_.size() >= options_.kept_max) kept_.erase(kept_.begin());
  kept_.insert_or_assign(host, Kept{answer.addresses, now + time});
}

}  // namespace

std::unique_ptr<Resolver> make_resolver(EventLoop& loop, const Clock& clock,
                                        ResolverOptions options) {
  return std::make_unique<DnsResolver>(loop.context().io, clock, std::move(options));
}

}  // namespace chartbell
