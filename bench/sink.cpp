// The strictest receiver to be measured against: epoll, no HTTP library, answers each request as
// soon as its last byte is in.
//
//   bench_sink [threads=1] [seconds=300] [record=FILE] [certificate=PEM key=PEM [tickets=2]]
//
// Prints "port N", and "requests N connections M" when its standard input or its time ends. With a
// certificate it speaks TLS 1.3; without tickets no session can be resumed.
//
// The path says what becomes of a request: /hang/… is never answered, /fail/… gets a 500,
// /close/… a 200 and the end of its connection, everything else a 200. What follows the last slash
// is the number of the endpoint. `record` gets three 64-bit integers for each request: when its
// last byte was in (steady clock, µs), the endpoint's number, and its chartbell-sequence.
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <memory>
#include <thread>
#include <unordered_map>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "arguments.h"

namespace {

using chartbell::Arguments;

constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
constexpr std::string_view kLast =
    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
constexpr std::string_view kFailed =
    "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n";
constexpr int kEventsPerWait = 256;
constexpr int kAcceptsPerWait = 64;
constexpr std::size_t kRequestBytesMax = 1 << 20;

std::atomic<long long> requests{0};
std::atomic<long long> connections{0};
std::atomic<bool> ended{false};

struct FreeSsl {
  void operator()(SSL* connection) const { SSL_free(connection); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using Tls = std::unique_ptr<SSL, FreeSsl>;
using TlsContext = std::unique_ptr<SSL_CTX, FreeSsl>;

struct Receipt {
  std::int64_t at_us;
  std::int64_t endpoint;
  std::int64_t seq;
};

struct Client {
  int socket = -1;
  Tls tls;  // null for plain
  std::string buffer;
};

std::int64_t now_us() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

// The number behind `name`, which stands at the start of a line in lower case or as written.
std::int64_t number_in(std::string_view head, std::string_view name) {
  for (std::size_t at = head.find("\r\n"); at != std::string_view::npos;
       at = head.find("\r\n", at + 2)) {
    const auto line = head.substr(at + 2, name.size());
    if (line.size() == name.size() && strncasecmp(line.data(), name.data(), name.size()) == 0)
      return std::strtoll(head.data() + at + 2 + name.size(), nullptr, 10);
  }
  return 0;
}

std::string_view path_of(std::string_view head) {
  const auto from = head.find(' ') + 1;
  return head.substr(from, head.find(' ', from) - from);
}

enum class End : bool { kOpen, kClosed };

// One thread's clients, and what it received.
class Worker {
 public:
  Worker(int listener, SSL_CTX* context, bool records)
      : listener_(listener), context_(context), records_(records), poll_(::epoll_create1(0)) {
    watch(listener);
  }

  void run();
  const std::vector<Receipt>& receipts() const { return receipts_; }

 private:
  void watch(int socket) const {
    epoll_event event{.events = EPOLLIN, .data = {.fd = socket}};
    ::epoll_ctl(poll_, EPOLL_CTL_ADD, socket, &event);
  }
  void accept_some();
  End serve(Client& client);
  // Takes whole requests off the front of the buffer; the answers to them.
  std::string answer(Client& client, End* end);
  std::string_view answer_to(std::string_view head, std::int64_t at_us);

  const int listener_;
  SSL_CTX* const context_;
  const bool records_;
  const int poll_;
  std::unordered_map<int, Client> clients_;
  std::vector<Receipt> receipts_;
};

void Worker::run() {
  epoll_event events[kEventsPerWait];
  while (!ended) {
    const int count = ::epoll_wait(poll_, events, kEventsPerWait, 100);
    for (int i = 0; i < count; ++i) {
      const int socket = events[i].data.fd;
      if (socket == listener_) {
        accept_some();
      } else if (serve(clients_[socket]) == End::kClosed) {
        clients_.erase(socket);
        ::close(socket);
      }
    }
  }
}

void Worker::accept_some() {
  for (int i = 0; i < kAcceptsPerWait; ++i) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
    if (socket < 0) return;
    ++connections;
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    auto& client = clients_[socket] = Client{.socket = socket};
    if (context_ != nullptr) {
      client.tls.reset(SSL_new(context_));
      SSL_set_fd(client.tls.get(), socket);
      SSL_set_accept_state(client.tls.get());
    }
    watch(socket);
  }
}

// Bytes read; 0 when there are none now, -1 at the end.
long receive(Client& client, char* bytes, std::size_t size) {
  if (!client.tls) {
    const auto length = ::recv(client.socket, bytes, size, 0);
    if (length > 0) return length;
    return length < 0 && errno == EAGAIN ? 0 : -1;
  }
  const int length = SSL_read(client.tls.get(), bytes, static_cast<int>(size));
  if (length > 0) return length;
  return SSL_get_error(client.tls.get(), length) == SSL_ERROR_WANT_READ ? 0 : -1;
}

// The answers are short and their readers waiting: they fit.
bool send_all(Client& client, std::string_view bytes) {
  if (bytes.empty()) return true;
  if (client.tls) return SSL_write(client.tls.get(), bytes.data(), int(bytes.size())) > 0;
  return ::send(client.socket, bytes.data(), bytes.size(), MSG_NOSIGNAL) > 0;
}

End Worker::serve(Client& client) {
  char bytes[65536];
  auto end = End::kOpen;
  while (end == End::kOpen) {
    const auto length = receive(client, bytes, sizeof bytes);
    if (length == 0) return End::kOpen;
    if (length < 0 || client.buffer.size() > kRequestBytesMax) return End::kClosed;
    client.buffer.append(bytes, static_cast<std::size_t>(length));
    if (!send_all(client, answer(client, &end))) return End::kClosed;
    // Whoever waits for an answer sends nothing before it; to ask would cost a system call.
    if (!client.tls) break;
  }
  return end;
}

std::string Worker::answer(Client& client, End* end) {
  const auto at_us = records_ ? now_us() : 0;
  std::string out;
  std::size_t at = 0;
  while (*end == End::kOpen) {
    const auto rest = std::string_view(client.buffer).substr(at);
    const auto head_end = rest.find("\r\n\r\n");
    if (head_end == std::string_view::npos) break;
    const auto head = rest.substr(0, head_end + 2);
    const auto whole = head_end + 4 + static_cast<std::size_t>(number_in(head, "content-length:"));
    if (rest.size() < whole) break;
    at += whole;
    ++requests;
    const auto answered = answer_to(head, at_us);
    if (answered == kLast) *end = End::kClosed;
    out += answered;
  }
  client.buffer.erase(0, at);
  return out;
}

std::string_view Worker::answer_to(std::string_view head, std::int64_t at_us) {
  const auto path = path_of(head);
  if (records_)
    receipts_.push_back({at_us, std::atoll(path.data() + path.rfind('/') + 1),
                         number_in(head, "chartbell-sequence:")});
  if (path.starts_with("/hang/")) return {};
  if (path.starts_with("/fail/")) return kFailed;
  return path.starts_with("/close/") ? kLast : kOk;
}

int listen_anywhere(int* port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(listener, 4096) != 0)
    std::abort();
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  *port = ntohs(address.sin_port);
  return listener;
}

TlsContext tls_context(const Arguments& arguments) {
  const auto certificate = arguments.text("certificate", "");
  if (certificate.empty()) return nullptr;
  TlsContext context(SSL_CTX_new(TLS_server_method()));
  SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION);
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_num_tickets(context.get(), static_cast<std::size_t>(arguments.number("tickets", 2)));
  if (SSL_CTX_use_certificate_chain_file(context.get(), certificate.c_str()) != 1 ||
      SSL_CTX_use_PrivateKey_file(context.get(), arguments.text("key").c_str(), SSL_FILETYPE_PEM) !=
          1)
    std::abort();
  return context;
}

void write_receipts(const std::string& path, const std::vector<std::unique_ptr<Worker>>& workers) {
  std::ofstream file(path, std::ios::binary);
  for (const auto& worker : workers)
    file.write(reinterpret_cast<const char*>(worker->receipts().data()),
               static_cast<std::streamsize>(worker->receipts().size() * sizeof(Receipt)));
}

void wait_for_the_end(std::int64_t seconds) {
  std::thread([] {
    while (std::getchar() != EOF) {
    }
    ended = true;
  }).detach();
  for (std::int64_t i = 0; i < seconds * 10 && !ended; ++i) ::usleep(100'000);
  ended = true;
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments(argc, argv);
  std::signal(SIGPIPE, SIG_IGN);  // SSL_write knows no MSG_NOSIGNAL
  const auto record = arguments.text("record", "");
  const auto context = tls_context(arguments);
  int port = 0;
  const int listener = listen_anywhere(&port);
  std::printf("port %d\n", port);
  std::fflush(stdout);
  std::vector<std::unique_ptr<Worker>> workers;
  std::vector<std::thread> threads;
  for (std::int64_t i = 0; i < arguments.number("threads", 1); ++i) {
    workers.push_back(std::make_unique<Worker>(listener, context.get(), !record.empty()));
    threads.emplace_back([worker = workers.back().get()] { worker->run(); });
  }
  wait_for_the_end(arguments.number("seconds", 300));
  for (auto& thread : threads) thread.join();
  if (!record.empty()) write_receipts(record, workers);
  std::printf("requests %lld connections %lld\n", requests.load(), connections.load());
}
