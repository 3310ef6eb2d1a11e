#include "net/connection.h"

#include <sys/socket.h>

namespace chartbell {

void Connection::close() {
  ErrorCode ignored;
  socket.close(ignored);
}

bool Connection::is_quiet() {
  if (in.size() != 0) return false;
  char byte;
  const auto peeked = ::recv(socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (peeked > 0) return tls != nullptr;  // session tickets come unasked
  return peeked < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

bool Connection::load(std::string_view request) {
  if (tls) return tls->write(request);
  unsent_ = request;
  return true;
}

ErrorCode Connection::send_some() {
  ErrorCode error;
  while (!error && !unsent_.empty())
    unsent_.remove_prefix(socket.write_some(asio::buffer(unsent_), error));
  while (!error && tls && !tls->outgoing().empty())
    tls->sent(socket.write_some(asio::buffer(tls->outgoing()), error));
  return error;
}

asio::mutable_buffer Connection::space() {
  return (tls ? records_ : in).prepare(kReadBytes);
}

TlsLayer::Reading Connection::take_in(std::size_t bytes) {
  if (!tls) {
    in.commit(bytes);
    return TlsLayer::Reading::kOpen;
  }
  records_.commit(bytes);
  tls->take_in({static_cast<const char*>(records_.data().data()), bytes});
  records_.consume(bytes);
  return tls->read(in);
}

}  // namespace chartbell
