// The daemon's log: one line an occurrence, `event key=value …`, to standard error.
//
// A field is a name and a number or a text that is not patient data; a document (model/document.h)
// does not convert to a field. Values are escaped, so that no input can forge a line.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace chartbell {

struct LogField {
  LogField(std::string_view field_name, std::string_view text);
  LogField(std::string_view field_name, const char* text)
      : LogField(field_name, std::string_view(text)) {}
  LogField(std::string_view field_name, const std::string& text)
      : LogField(field_name, std::string_view(text)) {}
  LogField(std::string_view field_name, std::int64_t number);

  std::string_view name;
  std::string value;
};

enum class LogLevel { kDebug, kInfo, kWarning, kError, kOff };

// Called once at start, before other threads log.
void start_log(LogLevel least);
// Writes what is queued; called before the process ends.
void flush_log();

void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {});

inline void log_info(std::string_view event, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::kInfo, event, fields);
}
inline void log_warning(std::string_view event, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::kWarning, event, fields);
}
inline void log_error(std::string_view event, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::kError, event, fields);
}

}  // namespace chartbell
