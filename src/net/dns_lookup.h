// DnsLookup: one name, asked of the hosts file and then of DNS by c-ares, without a thread.
//
// Each has a channel of its own: its questions go out from fresh ports, it reads the system's
// servers as they are now, and it can be ended alone. On the loop's thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include <ares.h>
#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include "net/asio.h"
#include "net/resolver.h"

namespace chartbell {

struct DnsAnswer {
  std::vector<IpAddress> addresses;  // one at least, IPv4 and IPv6 by turns
  std::chrono::seconds ttl{0};       // the least of all records; 0 for the hosts file
};

class DnsLookup : public std::enable_shared_from_this<DnsLookup> {
 public:
  using Done = std::function<void(Result<DnsAnswer>)>;
  // Of an answer with more, so many addresses are taken.
  static constexpr std::size_t kAddressesMax = 64;

  explicit DnsLookup(asio::io_context& io) : io_(io), turn_(io), limit_(io) {}
  // Ends it at once; `done` is not called then.
  ~DnsLookup();
  DnsLookup(const DnsLookup&) = delete;
  DnsLookup& operator=(const DnsLookup&) = delete;

  // Once. `done` is called once, never from inside start().
  void start(const std::string& host, const ResolverOptions& options, Done done);

 private:
  using Descriptor = asio::posix::basic_stream_descriptor<Executor>;

  // A socket of c-ares, which opens and closes it.
  struct Watched {
    explicit Watched(asio::io_context& io) : descriptor(io) {}
    Descriptor descriptor;
    bool wanted[2] = {};  // by Descriptor::wait_type: to read, to write
    bool waiting[2] = {};
  };
  using WatchedPtr = std::shared_ptr<Watched>;

  int open(const ResolverOptions& options);
  void finish(Result<DnsAnswer> answer);
  // After anything that c-ares did: its next timer, or the end.
  void settle();
  void watch(ares_socket_t socket, bool readable, bool writable);
  void wait(const WatchedPtr& watched, Descriptor::wait_type kind);

  asio::io_context& io_;
  Timer turn_;   // when c-ares asks again, or another server
  Timer limit_;  // of the whole lookup
  ares_channel channel_ = nullptr;
  std::unordered_map<ares_socket_t, WatchedPtr> sockets_;
  std::string host_;
  Done done_;
  std::unique_ptr<Result<DnsAnswer>> answer_;
};

}  // namespace chartbell
