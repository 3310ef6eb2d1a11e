#include "net/request_check.h"

#include <algorithm>

#include "base/ascii.h"
#include "net/http_wire.h"

namespace chartbell {
namespace {

constexpr std::size_t kLengthDigitsMax = 18;  // fits 64 bits whatever the digits
constexpr std::string_view kPlainScheme = "http://";
constexpr std::string_view kTlsScheme = "https://";
constexpr std::string_view kHostMarks = ".-_:[]";

using Fault = std::optional<RequestFault>;

Fault bad(std::string_view reason) {
  return RequestFault{400, reason};
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Takes the text up to `mark` off the front of `rest`, and the mark.
std::string_view take_until(std::string_view& rest, std::string_view mark) {
  const std::size_t end = std::min(rest.find(mark), rest.size());
  const std::string_view taken = rest.substr(0, end);
  rest.remove_prefix(std::min(end + mark.size(), rest.size()));
  return taken;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t start = text.find_first_not_of(" \t");
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(" \t") - start + 1);
}

std::string_view scheme_of(std::string_view target) {
  for (const std::string_view scheme : {kPlainScheme, kTlsScheme})
    if (equal_ignoring_case(target.substr(0, scheme.size()), scheme)) return scheme;
  return {};
}

bool is_visible(char c) {
  return c > 0x20 && c < 0x7f && c != '#' && c != '\\';
}

bool is_host(std::string_view host) {
  return !host.empty() && std::ranges::all_of(host, [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           kHostMarks.find(c) != std::string_view::npos;
  });
}

Fault check_version(std::string_view version) {
  if (version == "HTTP/1.1") return std::nullopt;
  const bool is_version = version.size() == 8 && version.starts_with("HTTP/") &&
                          is_digit(version[5]) && version[6] == '.' && is_digit(version[7]);
  if (is_version) return RequestFault{505, "only HTTP/1.1 is spoken here"};
  return bad("no HTTP version");
}

Fault check_target(std::string_view method, std::string_view target) {
  if (method == "CONNECT") return RequestFault{501, "this is no proxy"};
  if (target.empty() || !std::ranges::all_of(target, is_visible))
    return bad("the target holds characters that must be percent-encoded");
  if (target.front() == '/' || !scheme_of(target).empty()) return std::nullopt;
  if (target == "*" && method == "OPTIONS") return std::nullopt;
  return bad("the target is no path");
}

// What the fields say about where the request goes and where it ends.
struct Seen {
  int hosts = 0;
  int lengths = 0;
  int codings = 0;
  std::string_view host;
};

Fault check_length(std::string_view value) {
  const bool is_number =
      !value.empty() && value.size() <= kLengthDigitsMax && std::ranges::all_of(value, is_digit);
  return is_number ? std::nullopt : bad("Content-Length is no number");
}

Fault check_coding(std::string_view value) {
  if (equal_ignoring_case(value, "chunked")) return std::nullopt;
  return RequestFault{501, "no transfer coding but chunked is understood"};
}

Fault check_field(std::string_view line, Seen& seen) {
  if (line.starts_with(' ') || line.starts_with('\t')) return bad("a field is folded");
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return bad("a line of the head is no field");
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (!is_token(name)) return bad("a field's name is no token");
  if (!is_field_value(value)) return bad("a field's value holds a control character");
  if (equal_ignoring_case(name, "Host")) {
    seen.host = value;
    if (++seen.hosts > 1) return bad("more than one Host");
    return is_host(value) ? std::nullopt : bad("Host is no host");
  }
  if (equal_ignoring_case(name, "Content-Length")) {
    if (++seen.lengths > 1) return bad("more than one Content-Length");
    return check_length(value);
  }
  if (equal_ignoring_case(name, "Transfer-Encoding")) {
    if (++seen.codings > 1) return bad("more than one Transfer-Encoding");
    return check_coding(value);
  }
  if (equal_ignoring_case(name, "Expect") && !equal_ignoring_case(value, "100-continue"))
    return RequestFault{417, "only 100-continue can be expected"};
  return std::nullopt;
}

Fault check_whole(std::string_view target, const Seen& seen) {
  if (seen.hosts == 0) return bad("no Host");
  if (seen.lengths + seen.codings > 1) return bad("both Content-Length and Transfer-Encoding");
  const std::string_view scheme = scheme_of(target);
  if (scheme.empty()) return std::nullopt;
  std::string_view rest = target.substr(scheme.size());
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?"));
  return equal_ignoring_case(authority, seen.host) ? std::nullopt
                                                   : bad("the target is another host's");
}

}  // namespace

std::optional<RequestFault> check_request_head(std::string_view head, const RequestLimits& limits) {
  std::string_view rest = head;
  std::string_view line = take_until(rest, "\r\n");
  if (line.size() > limits.line_bytes_max) return RequestFault{414, "the target is too long"};
  const std::string_view method = take_until(line, " ");
  const std::string_view target = take_until(line, " ");
  if (!is_token(method)) return bad("the method is no token");
  if (auto fault = check_version(line)) return fault;
  if (auto fault = check_target(method, target)) return fault;
  Seen seen;
  std::size_t fields = 0;
  for (line = take_until(rest, "\r\n"); !line.empty(); line = take_until(rest, "\r\n")) {
    if (line.size() > limits.line_bytes_max) return RequestFault{431, "a field is too long"};
    if (++fields > limits.fields_max) return RequestFault{431, "too many fields"};
    if (auto fault = check_field(line, seen)) return fault;
  }
  return check_whole(target, seen);
}

std::string_view origin_form(std::string_view target) {
  const std::string_view scheme = scheme_of(target);
  if (scheme.empty()) return target;
  const std::size_t path = target.find_first_of("/?", scheme.size());
  return path == std::string_view::npos ? "/" : target.substr(path);
}

}  // namespace chartbell
