#include "base/log.h"

#include <cstdio>

#include <spdlog/async.h>
#include <spdlog/sinks/ansicolor_sink.h>
#include <spdlog/spdlog.h>

#include "base/give_way.h"

namespace chartbell {
namespace {

constexpr std::size_t kQueueLines = 8192;
constexpr std::size_t kValueBytesMax = 1024;

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
    case LogLevel::kOff:
      return spdlog::level::off;
  }
  return spdlog::level::info;
}

bool needs_quotes(std::string_view text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) <= ' ' || c == '"' || c == '\\' || c == '=' || c == 0x7f)
      return true;
  return text.empty();
}

void append_escaped(std::string& out, char c) {
  if (c == '"' || c == '\\') {
    out += '\\';
    out += c;
  } else if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) {
    char escape[8];
    std::snprintf(escape, sizeof escape, "\\x%02x", static_cast<unsigned>(c));
    out += escape;
  } else {
    out += c;
  }
}

std::string quoted(std::string_view text) {
  text = text.substr(0, kValueBytesMax);
  if (!needs_quotes(text)) return std::string(text);
  std::string out = "\"";
  for (const char c : text) append_escaped(out, c);
  return out + '"';
}

}  // namespace

LogField::LogField(std::string_view field_name, std::string_view text)
    : name(field_name), value(quoted(text)) {}
LogField::LogField(std::string_view field_name, std::int64_t number)
    : name(field_name), value(std::to_string(number)) {}

void start_log(LogLevel least) {
  spdlog::init_thread_pool(kQueueLines, 1, [] { give_way(); });
  auto sink = std::make_shared<spdlog::sinks::ansicolor_stderr_sink_mt>();
  // A full queue drops its oldest lines: logging never holds up a delivery.
  auto logger = std::make_shared<spdlog::async_logger>(
      "chartbell", sink, spdlog::thread_pool(), spdlog::async_overflow_policy::overrun_oldest);
  spdlog::set_default_logger(logger);
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v", spdlog::pattern_time_type::utc);
  spdlog::set_level(to_spdlog(least));
  spdlog::flush_on(spdlog::level::info);
}

void flush_log() {
  spdlog::shutdown();
}

void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  auto* logger = spdlog::default_logger_raw();
  if (logger == nullptr || !logger->should_log(to_spdlog(level))) return;
  std::string line(event);
  for (const auto& field : fields) {
    line += ' ';
    line += field.name;
    line += '=';
    line += field.value;
  }
  logger->log(to_spdlog(level), line);
}

}  // namespace chartbell
