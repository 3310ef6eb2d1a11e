#include "net/dns_lookup.h"

#include <cstring>

#include <netinet/in.h>

namespace chartbell {
namespace {

constexpr int kTries = 3;

std::unexpected<Error> not_resolved(const std::string& host, std::string_view why) {
  return failure(Code::kUnreachable, "resolving " + host + ": " + std::string(why));
}

template <class Address, class Socket>
Address bytes_of(const Socket& where) {
  Address out;
  static_assert(sizeof out == sizeof where);
  std::memcpy(out.data(), &where, sizeof out);
  return out;
}

// A machine without IPv6 would otherwise try four dead addresses of a name that has many.
std::vector<IpAddress> by_turns(const ares_addrinfo& found) {
  std::vector<IpAddress> v4;
  std::vector<IpAddress> v6;
  for (const auto* node = found.nodes; node != nullptr; node = node->ai_next) {
    if (node->ai_family == AF_INET)
      v4.push_back(bytes_of<Ipv4>(reinterpret_cast<sockaddr_in*>(node->ai_addr)->sin_addr));
    else if (node->ai_family == AF_INET6)
      v6.push_back(bytes_of<Ipv6>(reinterpret_cast<sockaddr_in6*>(node->ai_addr)->sin6_addr));
  }
  std::vector<IpAddress> out;
  for (std::size_t i = 0; i < std::max(v4.size(), v6.size()); ++i)
    for (const auto* family : {&v4, &v6})
      if (i < family->size() && out.size() < DnsLookup::kAddressesMax) out.push_back((*family)[i]);
  return out;
}

std::chrono::seconds least_ttl(const ares_addrinfo& found) {
  int least = found.nodes->ai_ttl;
  for (const auto* node = found.nodes; node != nullptr; node = node->ai_next)
    least = std::min(least, node->ai_ttl);
  for (const auto* alias = found.cnames; alias != nullptr; alias = alias->next)
    least = std::min(least, alias->ttl);
  return std::chrono::seconds(std::max(least, 0));
}

Result<DnsAnswer> read_answer(const std::string& host, int status, const ares_addrinfo* found) {
  if (status != ARES_SUCCESS) return not_resolved(host, ares_strerror(status));
  if (found == nullptr || found->nodes == nullptr) return not_resolved(host, "no addresses");
  return DnsAnswer{.addresses = by_turns(*found), .ttl = least_ttl(*found)};
}

}  // namespace

DnsLookup::~DnsLookup() {
  if (channel_ != nullptr) ares_destroy(channel_);
}

int DnsLookup::open(const ResolverOptions& options) {
  static const int library = ares_library_init(ARES_LIB_INIT_ALL);
  if (library != ARES_SUCCESS) return library;
  char lookups[] = "fb";  // the hosts file, then DNS; whatever else the system would ask
  ares_options own{};
  // A name means what it says: no search list, no aliases out of a file the environment names.
  own.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES;
  own.timeout = static_cast<int>(options.try_time.count());
  own.tries = kTries;
  own.lookups = lookups;
  own.sock_state_cb_data = this;
  own.sock_state_cb = [](void* self, ares_socket_t socket, int readable, int writable) {
    static_cast<DnsLookup*>(self)->watch(socket, readable != 0, writable != 0);
  };
  const int status = ares_init_options(&channel_, &own,
                                       ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
                                           ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB);
  if (status != ARES_SUCCESS || options.servers.empty()) return status;
  return ares_set_servers_ports_csv(channel_, options.servers.c_str());
}

void DnsLookup::start(const std::string& host, const ResolverOptions& options, Done done) {
  host_ = host;
  done_ = std::move(done);
  limit_.expires_after(options.lookup_time);
  limit_.async_wait([weak = weak_from_this()](ErrorCode error) {
    const auto self = weak.lock();
    if (error || !self) return;
    self->finish(not_resolved(self->host_, "no answer in time"));
    self->settle();
  });
  asio::post(io_, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->settle();
  });
  if (const int status = open(options); status != ARES_SUCCESS)
    return finish(not_resolved(host_, ares_strerror(status)));
  ares_addrinfo_hints hints{};
  // Unsorted: sorting connects a socket to each address, before any was vetted.
  hints.ai_flags = ARES_AI_NOSORT;
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  ares_getaddrinfo(
      channel_, host_.c_str(), nullptr, &hints,
      [](void* self, int status, int, ares_addrinfo* found) {
        auto* lookup = static_cast<DnsLookup*>(self);
        lookup->finish(read_answer(lookup->host_, status, found));
        ares_freeaddrinfo(found);
      },
      this);
}

void DnsLookup::finish(Result<DnsAnswer> answer) {
  if (!answer_) answer_ = std::make_unique<Result<DnsAnswer>>(std::move(answer));
}

void DnsLookup::settle() {
  if (!done_) return;
  if (answer_) {
    turn_.cancel();
    limit_.cancel();
    const Done done = std::exchange(done_, nullptr);
    return done(std::move(*answer_));
  }
  timeval next{};
  if (ares_timeout(channel_, nullptr, &next) == nullptr) return;
  turn_.expires_after(std::chrono::seconds(next.tv_sec) + Microseconds(next.tv_usec));
  turn_.async_wait([weak = weak_from_this()](ErrorCode error) {
    const auto self = weak.lock();
    if (error || !self) return;
    ares_process_fd(self->channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    self->settle();
  });
}

void DnsLookup::watch(ares_socket_t socket, bool readable, bool writable) {
  const auto found = sockets_.find(socket);
  if (!readable && !writable) {
    if (found == sockets_.end()) return;
    found->second->wanted[0] = found->second->wanted[1] = false;
    found->second->descriptor.release();  // c-ares closes it next
    sockets_.erase(found);
    return;
  }
  WatchedPtr watched = found == sockets_.end() ? nullptr : found->second;
  if (!watched) {
    watched = std::make_shared<Watched>(io_);
    ErrorCode error;
    watched->descriptor.assign(socket, error);
    if (error) return;  // never ready: the lookup ends at its limit
    sockets_[socket] = watched;
  }
  watched->wanted[Descriptor::wait_read] = readable;
  watched->wanted[Descriptor::wait_write] = writable;
  wait(watched, Descriptor::wait_read);
  wait(watched, Descriptor::wait_write);
}

void DnsLookup::wait(const WatchedPtr& watched, Descriptor::wait_type kind) {
  if (!watched->wanted[kind] || watched->waiting[kind]) return;
  watched->waiting[kind] = true;
  watched->descriptor.async_wait(kind, [weak = weak_from_this(), watched, kind](ErrorCode error) {
    watched->waiting[kind] = false;
    const auto self = weak.lock();
    if (error || !self || !watched->wanted[kind]) return;
    const ares_socket_t socket = watched->descriptor.native_handle();
    const bool reads = kind == Descriptor::wait_read;
    ares_process_fd(self->channel_, reads ? socket : ARES_SOCKET_BAD,
                    reads ? ARES_SOCKET_BAD : socket);
    self->wait(watched, kind);
    self->settle();
  });
}

}  // namespace chartbell
