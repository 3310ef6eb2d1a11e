// Asio, Beast and OpenSSL, for net's own sources only: precompiled, and never in a header that
// another room includes.
#pragma once

#include <chrono>
#include <exception>
#include <tuple>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>

namespace chartbell {

namespace asio = boost::asio;
namespace beast = boost::beast;
using ErrorCode = boost::system::error_code;

// The loop's own executor, not the type-erased one: a third less work for each operation.
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, Executor>;

template <class T = void>
using Task = asio::awaitable<T, Executor>;
// co_await async_x(…, kAwait) gives (error_code, …): errors of I/O are values.
inline constexpr auto kAwait = asio::as_tuple(asio::use_awaitable_t<Executor>{});

// Starts a task that nobody waits for. An exception out of it is a bug of ours and ends the
// process.
inline void spawn(asio::io_context& io, Task<> task) {
  asio::co_spawn(io.get_executor(), std::move(task), [](std::exception_ptr bug) {
    if (bug) std::rethrow_exception(bug);
  });
}

}  // namespace chartbell
