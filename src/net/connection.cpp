#include "net/connection.h"

#include <array>

#include <sys/socket.h>

namespace chartbell {
namespace {

// asio::error and the library's own: what is left of the buffers after `sent` bytes.
std::array<asio::const_buffer, 2> skip(std::array<asio::const_buffer, 2> buffers,
                                       std::size_t sent) {
  for (asio::const_buffer& buffer : buffers) {
    const std::size_t part = std::min(sent, buffer.size());
    buffer += part;
    sent -= part;
  }
  return buffers;
}

}  // namespace

void Connection::close() {
  ErrorCode ignored;
  socket.close(ignored);
}

bool Connection::is_quiet() {
  if (in.size() != 0) return false;
  if (tls && SSL_pending(tls->stream.native_handle()) != 0) return false;
  char byte;
  const auto peeked = ::recv(socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (peeked > 0) return tls != nullptr;  // session tickets come unasked
  return peeked < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

std::size_t write_now(Connection& connection, std::string_view head, std::string_view body) {
  if (connection.tls) return 0;
  const std::array<asio::const_buffer, 2> parts = {asio::buffer(head), asio::buffer(body)};
  ErrorCode error;
  return connection.socket.write_some(parts, error);
}

Task<ErrorCode> write_all(std::shared_ptr<Connection> connection,
                          std::shared_ptr<const std::string> head,
                          std::shared_ptr<const std::string> body, std::size_t written) {
  if (connection->tls) {
    // One buffer makes one record; a gathered write would make two.
    const std::string whole = *head + *body;
    const auto [error, bytes] =
        co_await asio::async_write(connection->tls->stream, asio::buffer(whole), kAwait);
    co_return error;
  }
  const auto rest = skip({asio::buffer(*head), asio::buffer(*body)}, written);
  const auto [error, bytes] = co_await asio::async_write(connection->socket, rest, kAwait);
  co_return error;
}

Task<ReadResult> read_some(std::shared_ptr<Connection> connection) {
  const auto space = connection->in.prepare(kReadBytes);
  ReadResult result;
  if (connection->tls)
    std::tie(result.error, result.bytes) =
        co_await connection->tls->stream.async_read_some(space, kAwait);
  else
    std::tie(result.error, result.bytes) =
        co_await connection->socket.async_read_some(space, kAwait);
  connection->in.commit(result.bytes);
  co_return result;
}

}  // namespace chartbell
