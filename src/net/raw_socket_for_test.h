// Blocking sockets on loopback, for tests that must say exactly what goes over the wire.
#pragma once

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace chartbell {

// Reads give up after ten seconds, so that a test that would hang fails instead.
class RawSocket {
 public:
  explicit RawSocket(int descriptor) : descriptor_(descriptor) { be_patient_for_ms(10'000); }
  void be_patient_for_ms(int ms) const {
    const timeval patience{.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  }
  RawSocket(RawSocket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  RawSocket& operator=(RawSocket&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~RawSocket() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  static RawSocket connect(std::uint16_t port) {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in there = loopback(port);
    ::connect(descriptor, reinterpret_cast<sockaddr*>(&there), sizeof there);
    return RawSocket(descriptor);
  }
  static sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
  }

  int descriptor() const { return descriptor_; }
  // False once the other side is gone.
  bool send(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t sent = ::send(descriptor_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  // What there is, empty at the end or after a reset.
  std::string receive() const {
    char bytes[4096];
    const ssize_t got = ::recv(descriptor_, bytes, sizeof bytes, 0);
    return {bytes, got > 0 ? static_cast<std::size_t>(got) : 0};
  }
  std::string receive_all() const {
    std::string all;
    for (std::string part = receive(); !part.empty(); part = receive()) all += part;
    return all;
  }
  // Waits for the other side's end, at most as long as it is patient.
  bool is_open() const {
    char byte;
    const ssize_t got = ::recv(descriptor_, &byte, 1, 0);
    return got > 0 || (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK));
  }
  // Up to and with `mark`, and what came in the same packet; less if the other side ends first.
  std::string receive_until(std::string_view mark) const {
    std::string all;
    while (all.find(mark) == std::string::npos) {
      const std::string part = receive();
      if (part.empty()) break;
      all += part;
    }
    return all;
  }
  void finish_sending() const { ::shutdown(descriptor_, SHUT_WR); }
  // The other side gets a reset, not an end.
  void reset() {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    ::close(std::exchange(descriptor_, -1));
  }

 private:
  int descriptor_;
};

// A listening socket that plays the same script for each connection, one after the other.
class RawServer {
 public:
  using Script = std::function<void(RawSocket&, int nth)>;

  explicit RawServer(Script script) : script_(std::move(script)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in here = RawSocket::loopback(0);
    socklen_t length = sizeof here;
    ::bind(listener_, reinterpret_cast<sockaddr*>(&here), length);
    ::listen(listener_, 64);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&here), &length);
    port_ = ntohs(here.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  ~RawServer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }

  std::uint16_t port() const { return port_; }
  int connections() const { return connections_; }

 private:
  void run() {
    for (int nth = 0;; ++nth) {
      const int descriptor = ::accept(listener_, nullptr, nullptr);
      if (descriptor < 0) return;
      ++connections_;
      RawSocket socket(descriptor);
      script_(socket, nth);
    }
  }

  Script script_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<int> connections_ = 0;
  std::thread thread_;
};

// The whole of one request without chunks.
inline std::string receive_request(const RawSocket& socket) {
  std::string text = socket.receive_until("\r\n\r\n");
  const std::size_t head = text.find("\r\n\r\n");
  const std::size_t field = text.find("Content-Length: ");
  if (head == std::string::npos || field == std::string::npos) return text;
  const std::size_t length = std::stoul(text.substr(field + 16));
  while (text.size() < head + 4 + length) {
    const std::string part = socket.receive();
    if (part.empty()) break;
    text += part;
  }
  return text;
}

}  // namespace chartbell
