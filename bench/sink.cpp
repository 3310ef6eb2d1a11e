// The strictest receiver to be measured against: epoll, no HTTP library, answers 200 to each
// request as soon as its last byte is in.
//
//   bench_sink THREADS SECONDS     prints "port N", then at the end "requests N"
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

constexpr std::string_view kAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
constexpr int kEventsPerWait = 256;
constexpr std::size_t kRequestBytesMax = 1 << 20;

std::atomic<long long> requests{0};
std::atomic<bool> ended{false};

std::size_t content_length(std::string_view head) {
  for (std::size_t at = head.find("\r\n"); at != std::string_view::npos;
       at = head.find("\r\n", at + 2)) {
    constexpr std::string_view kName = "content-length:";
    const auto line = head.substr(at + 2, kName.size());
    if (line.size() == kName.size() && strncasecmp(line.data(), kName.data(), kName.size()) == 0)
      return std::strtoull(head.data() + at + 2 + kName.size(), nullptr, 10);
  }
  return 0;
}

// Takes whole requests off the front of `buffer`; how many there were.
int take_requests(std::string& buffer) {
  int count = 0;
  std::size_t at = 0;
  while (true) {
    const std::string_view rest = std::string_view(buffer).substr(at);
    const auto head_end = rest.find("\r\n\r\n");
    if (head_end == std::string_view::npos) break;
    const auto whole = head_end + 4 + content_length(rest.substr(0, head_end + 2));
    if (rest.size() < whole) break;
    at += whole;
    ++count;
  }
  buffer.erase(0, at);
  return count;
}

bool read_and_answer(int socket, std::string& buffer) {
  char bytes[65536];
  const auto length = ::recv(socket, bytes, sizeof bytes, 0);
  if (length < 0 && errno == EAGAIN) return true;
  if (length <= 0 || buffer.size() > kRequestBytesMax) return false;
  buffer.append(bytes, static_cast<std::size_t>(length));
  const int count = take_requests(buffer);
  std::string answers;
  for (int i = 0; i < count; ++i) answers += kAnswer;
  requests += count;
  return answers.empty() || ::send(socket, answers.data(), answers.size(), MSG_NOSIGNAL) > 0;
}

void watch(int poll, int socket) {
  epoll_event event{.events = EPOLLIN, .data = {.fd = socket}};
  ::epoll_ctl(poll, EPOLL_CTL_ADD, socket, &event);
}

void accept_one(int poll, int listener) {
  const int socket = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
  if (socket < 0) return;
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  watch(poll, socket);
}

void work(int listener) {
  const int poll = ::epoll_create1(0);
  watch(poll, listener);
  std::unordered_map<int, std::string> buffers;
  epoll_event events[kEventsPerWait];
  while (!ended) {
    const int count = ::epoll_wait(poll, events, kEventsPerWait, 100);
    for (int i = 0; i < count; ++i) {
      const int socket = events[i].data.fd;
      if (socket == listener) {
        accept_one(poll, listener);
      } else if (!read_and_answer(socket, buffers[socket])) {
        buffers.erase(socket);
        ::close(socket);
      }
    }
  }
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

}  // namespace

int main(int argc, char** argv) {
  const int threads = argc > 1 ? std::atoi(argv[1]) : 1;
  const int seconds = argc > 2 ? std::atoi(argv[2]) : 60;
  int port = 0;
  const int listener = listen_anywhere(&port);
  std::printf("port %d\n", port);
  std::fflush(stdout);
  std::vector<std::thread> workers;
  for (int i = 0; i < threads; ++i) workers.emplace_back(work, listener);
  // Ends with its standard input, or after its time.
  std::thread([] {
    while (std::getchar() != EOF) {
    }
    ended = true;
  }).detach();
  for (int i = 0; i < seconds * 10 && !ended; ++i) ::usleep(100'000);
  ended = true;
  for (auto& worker : workers) worker.join();
  std::printf("requests %lld\n", requests.load());
}
