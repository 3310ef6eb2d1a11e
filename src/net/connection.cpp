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

bool Connection::load(std::string_view head, std::string_view body) {
  unsent_ = {asio::buffer(head), asio::buffer(body)};
  if (!tls) return true;
  // One text makes one record; two would make two.
  return tls->write(std::string(head).append(body));
}

ErrorCode Connection::send_some() {
  ErrorCode error;
  if (tls) {
    while (!error && !tls->outgoing().empty())
      tls->sent(socket.write_some(asio::buffer(tls->outgoing()), error));
    return error;
  }
  while (!error && asio::buffer_size(unsent_) != 0) {
    auto sent = socket.write_some(unsent_, error);
    for (asio::const_buffer& part : unsent_) {
      const auto of_part = std::min(sent, part.size());
      part += of_part;
      sent -= of_part;
    }
  }
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
