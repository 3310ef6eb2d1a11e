// A DNS server on loopback, over UDP and TCP on one port, that answers what a test wants.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <poll.h>

#include "net/raw_socket_for_test.h"

namespace chartbell {

constexpr int kTypeA = 1;
constexpr int kTypeCname = 5;
constexpr int kTypeAaaa = 28;
enum class Over : bool { kUdp, kTcp };

struct DnsQuestion {
  std::string id;    // two bytes
  std::string name;  // "good.test"
  int type = 0;
  std::string wire;  // name, type and class as they stood
  Over over = Over::kUdp;
};

inline std::string two_bytes(std::size_t number) {
  return {static_cast<char>(number >> 8), static_cast<char>(number)};
}

inline std::string dns_name(const std::string& name) {
  std::string out;
  for (std::size_t start = 0; start <= name.size();) {
    const std::size_t end = std::min(name.find('.', start), name.size());
    out += static_cast<char>(end - start) + name.substr(start, end - start);
    start = end + 1;
  }
  return out + '\0';
}

struct DnsRecord {
  std::string name;
  int type = 0;
  std::string data;
  unsigned ttl = 0;

  static DnsRecord address(const std::string& name, const std::string& text, unsigned ttl = 0) {
    const bool v6 = text.find(':') != std::string::npos;
    std::string data(v6 ? 16 : 4, '\0');
    ::inet_pton(v6 ? AF_INET6 : AF_INET, text.c_str(), data.data());
    return {name, v6 ? kTypeAaaa : kTypeA, data, ttl};
  }
  static DnsRecord alias(const std::string& name, const std::string& target) {
    return {name, kTypeCname, dns_name(target)};
  }
};

struct DnsReply {
  std::vector<DnsRecord> records;
  int code = 0;  // 2: SERVFAIL, 3: NXDOMAIN, 5: REFUSED
  bool truncated = false;
};

inline std::string to_packet(const DnsQuestion& question, const DnsReply& reply) {
  std::string out = question.id;
  out += static_cast<char>(reply.truncated ? 0x83 : 0x81);
  out += static_cast<char>(0x80 | reply.code);
  out += two_bytes(1) + two_bytes(reply.records.size()) + std::string(4, '\0') + question.wire;
  for (const DnsRecord& record : reply.records) {
    out += dns_name(record.name) + two_bytes(static_cast<std::size_t>(record.type)) + two_bytes(1);
    out += two_bytes(record.ttl >> 16) + two_bytes(record.ttl & 0xffff);
    out += two_bytes(record.data.size()) + record.data;
  }
  return out;
}

// Those of the question's type, as a server would.
inline DnsReply addresses_for(const DnsQuestion& question, const std::vector<std::string>& texts,
                              unsigned ttl = 0) {
  DnsReply reply;
  for (const std::string& text : texts) {
    auto record = DnsRecord::address(question.name, text, ttl);
    if (record.type == question.type) reply.records.push_back(std::move(record));
  }
  return reply;
}

class DnsServer {
 public:
  // The packets to answer with, as they go over the wire; none is silence.
  using Packets = std::function<std::vector<std::string>(const DnsQuestion&)>;
  using Script = std::function<DnsReply(const DnsQuestion&)>;

  explicit DnsServer(Script script)
      : DnsServer(Packets([script = std::move(script)](const DnsQuestion& question) {
          return std::vector{to_packet(question, script(question))};
        })) {}
  explicit DnsServer(Packets packets) : packets_(std::move(packets)) {
    for (int tries = 0; tries < 100 && !bind_both(); ++tries);
    ::listen(tcp_, 16);
    (void)::pipe(stop_);
    thread_ = std::thread([this] { run(); });
  }
  DnsServer(const DnsServer&) = delete;
  DnsServer& operator=(const DnsServer&) = delete;
  ~DnsServer() {
    ::close(stop_[1]);
    thread_.join();
    for (const int descriptor : {stop_[0], udp_, tcp_}) ::close(descriptor);
  }

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  int questions() const { return questions_; }

 private:
  static bool bound(int descriptor, const sockaddr_in& here) {
    return ::bind(descriptor, reinterpret_cast<const sockaddr*>(&here), sizeof here) == 0;
  }

  // A port that is free over UDP may be taken over TCP: then another one is tried.
  bool bind_both() {
    for (const int descriptor : {udp_, tcp_})
      if (descriptor >= 0) ::close(descriptor);
    udp_ = ::socket(AF_INET, SOCK_DGRAM, 0);
    tcp_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in here = RawSocket::loopback(0);
    socklen_t length = sizeof here;
    if (!bound(tcp_, here)) return false;
    ::getsockname(tcp_, reinterpret_cast<sockaddr*>(&here), &length);
    port_ = ntohs(here.sin_port);
    return bound(udp_, here);
  }

  static DnsQuestion parse(const std::string& packet, Over over) {
    DnsQuestion question{.id = packet.substr(0, 2), .over = over};
    std::size_t at = 12;
    for (auto length = static_cast<unsigned char>(packet[at]); length != 0;
         length = static_cast<unsigned char>(packet[at])) {
      if (!question.name.empty()) question.name += '.';
      question.name += packet.substr(at + 1, length);
      at += length + 1U;
    }
    question.type = static_cast<unsigned char>(packet[at + 2]);
    question.wire = packet.substr(12, at + 5 - 12);
    return question;
  }

  void run() {
    for (;;) {
      pollfd ready[] = {{stop_[0], POLLIN, 0}, {udp_, POLLIN, 0}, {tcp_, POLLIN, 0}};
      ::poll(ready, 3, -1);
      if (ready[0].revents) return;
      if (ready[1].revents) answer_datagram();
      if (ready[2].revents) answer_connection();
    }
  }

  void answer_datagram() {
    char bytes[4096];
    sockaddr_in from{};
    socklen_t length = sizeof from;
    const ssize_t got =
        ::recvfrom(udp_, bytes, sizeof bytes, 0, reinterpret_cast<sockaddr*>(&from), &length);
    if (got < 17) return;
    ++questions_;
    const std::string packet(bytes, static_cast<std::size_t>(got));
    for (const std::string& answer : packets_(parse(packet, Over::kUdp)))
      ::sendto(udp_, answer.data(), answer.size(), 0, reinterpret_cast<sockaddr*>(&from), length);
  }

  // All questions of one connection, which the other side ends.
  void answer_connection() {
    const RawSocket socket(::accept(tcp_, nullptr, nullptr));
    socket.be_patient_for_ms(1000);
    std::string in;
    for (std::string part = socket.receive(); !part.empty(); part = socket.receive()) {
      in += part;
      while (in.size() > 2) {
        const std::size_t length = static_cast<std::size_t>(static_cast<unsigned char>(in[0]))
                                       << 8 |
                                   static_cast<unsigned char>(in[1]);
        if (in.size() < 2 + length) break;
        ++questions_;
        for (const std::string& answer : packets_(parse(in.substr(2, length), Over::kTcp)))
          socket.send(two_bytes(answer.size()) + answer);
        in.erase(0, 2 + length);
      }
    }
  }

  const Packets packets_;
  int udp_ = -1;
  int tcp_ = -1;
  int stop_[2] = {-1, -1};
  std::uint16_t port_ = 0;
  std::atomic<int> questions_ = 0;
  std::thread thread_;
};

}  // namespace chartbell
