#include "net/http_wire.h"

#include <algorithm>

#include "base/ascii.h"
#include "net/asio.h"

namespace chartbell {
namespace {

constexpr std::string_view kTokenMarks = "!#$%&'*+-.^_`|~";
constexpr std::string_view kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_token_character(char c) {
  return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') ||
         kTokenMarks.find(c) != std::string_view::npos;
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t') || byte == 0x7f;
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

bool expects_body(std::string_view method) {
  return method == "POST" || method == "PUT" || method == "PATCH";
}

// Where an answer ends and what becomes of the connection is the server's to say.
bool is_framing(std::string_view name) {
  return equal_ignoring_case(name, "Connection") || equal_ignoring_case(name, "Content-Length") ||
         equal_ignoring_case(name, "Transfer-Encoding");
}

void append_two_digits(std::string& out, unsigned number) {
  out += static_cast<char>('0' + number / 10 % 10);
  out += static_cast<char>('0' + number % 10);
}

}  // namespace

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_token_character);
}

bool is_field_value(std::string_view text) {
  return std::ranges::none_of(text, is_control);
}

bool are_fields(const HttpFields& fields) {
  return std::ranges::all_of(
      fields, [](const auto& item) { return is_token(item.first) && is_field_value(item.second); });
}

std::string request_head(const Url& url, const HttpRequest& request) {
  std::string out;
  out.reserve(512);
  out.append(request.method).append(" ").append(url.target).append(" HTTP/1.1\r\n");
  append_field(out, "Host", url.authority());
  for (const auto& [name, value] : request.fields) append_field(out, name, value);
  if (!request.body.empty() || expects_body(request.method))
    append_field(out, "Content-Length", std::to_string(request.body.size()));
  return out.append("\r\n");
}

std::string response_head(const HttpResponse& answer, WallTime now, KeepAlive keep_alive) {
  std::string out;
  out.reserve(512);
  out.append("HTTP/1.1 ").append(std::to_string(answer.status)).append(" ");
  out.append(reason(answer.status)).append("\r\n");
  append_field(out, "Date", http_date(now));
  for (const auto& [name, value] : answer.fields)
    if (!is_framing(name)) append_field(out, name, value);
  if (has_body(answer.status) && answer.source)
    append_field(out, "Transfer-Encoding", "chunked");
  else if (has_body(answer.status))
    append_field(out, "Content-Length", std::to_string(answer.body.size()));
  if (keep_alive == KeepAlive::kNo) append_field(out, "Connection", "close");
  return out.append("\r\n");
}

bool has_body(int status) {
  return status >= 200 && status != 204 && status != 304;
}

std::string_view reason(int status) {
  const auto text = beast::http::obsolete_reason(static_cast<beast::http::status>(status));
  return {text.data(), text.size()};
}

std::string http_date(WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  std::string out(kDays[std::chrono::weekday(day).c_encoding()]);
  out.append(", ");
  append_two_digits(out, static_cast<unsigned>(date.day()));
  out.append(" ").append(kMonths[static_cast<unsigned>(date.month()) - 1]).append(" ");
  out.append(std::to_string(static_cast<int>(date.year()))).append(" ");
  append_two_digits(out, static_cast<unsigned>(clock.hours().count()));
  out += ':';
  append_two_digits(out, static_cast<unsigned>(clock.minutes().count()));
  out += ':';
  append_two_digits(out, static_cast<unsigned>(clock.seconds().count()));
  return out.append(" GMT");
}

}  // namespace chartbell
