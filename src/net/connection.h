// Connection: one socket to one server, with or without TLS, and what was read ahead of it.
//
// On the loop's thread. Closing makes the operations under way complete with an error.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "net/asio.h"
#include "net/tls.h"

namespace chartbell {

class Connection {
 public:
  explicit Connection(asio::io_context& io) : socket(io) {}

  void close();
  // False once the other side has closed, or has sent something that nobody asked for.
  bool is_quiet();

  // A request that begins to leave; it stays where it is until it has. False when TLS is broken.
  bool load(std::string_view request);
  // Sends of it what goes without waiting. would_block: the rest must wait until the socket is
  // writable. No error: all has left.
  ErrorCode send_some();

  // Where the next bytes from the socket belong, and that so many came. kFailed and kClosed are
  // TLS's; without it all is kOpen.
  asio::mutable_buffer space();
  TlsLayer::Reading take_in(std::size_t bytes);

  Socket socket;
  std::unique_ptr<TlsLayer> tls;
  beast::flat_buffer in;  // read, in clear
  SteadyTime idle_since{};

 private:
  static constexpr std::size_t kReadBytes = 4096;

  std::string_view unsent_;     // of a request in clear
  beast::flat_buffer records_;  // read, encrypted
};

}  // namespace chartbell
