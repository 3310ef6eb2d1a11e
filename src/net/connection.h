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

  Socket socket;
  std::unique_ptr<TlsLayer> tls;
  beast::flat_buffer in;
  SteadyTime idle_since{};
};

// Both at once, in one packet where they fit, without waiting; how many bytes went. None over TLS.
std::size_t write_now(Connection& connection, std::string_view head, std::string_view body);
// What is left of them behind the first `written` bytes, waiting where it must.
Task<ErrorCode> write_all(std::shared_ptr<Connection> connection,
                          std::shared_ptr<const std::string> head,
                          std::shared_ptr<const std::string> body, std::size_t written);

inline constexpr std::size_t kReadBytes = 4096;

struct ReadResult {
  ErrorCode error;
  std::size_t bytes = 0;
};
// Appends what is there to `connection->in`, at least one byte or an error.
Task<ReadResult> read_some(std::shared_ptr<Connection> connection);

}  // namespace chartbell
