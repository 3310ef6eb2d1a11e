#include "net/url.h"

#include <algorithm>
#include <charconv>

#include <arpa/inet.h>

#include "net/address_policy.h"

namespace chartbell {
namespace {

constexpr std::size_t kUrlBytesMax = 2048;
constexpr std::size_t kHostBytesMax = 253;
constexpr std::size_t kLabelBytesMax = 63;

// Of the characters, those that RFC 3986 lets stand in a path or query, "%" being looked at apart.
constexpr std::string_view kTargetMarks = "-._~!$&'()*+,;=:@/?%";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower(c);
  return out;
}

std::unexpected<Error> invalid(std::string_view part) {
  return failure(Code::kInvalid, "url: " + std::string(part));
}

Result<Scheme> take_scheme(std::string_view& rest) {
  const std::size_t end = rest.find("://");
  if (end == std::string_view::npos) return invalid("no http:// or https:// in front");
  const std::string scheme = lower(rest.substr(0, end));
  rest.remove_prefix(end + 3);
  if (scheme == "https") return Scheme::kHttps;
  if (scheme == "http") return Scheme::kHttp;
  return invalid("the scheme is neither http nor https");
}

Result<std::string> parse_target(std::string_view text) {
  std::string target = text.starts_with('/') ? "" : "/";
  target += text;
  for (std::size_t i = 0; i < target.size(); ++i) {
    const char c = target[i];
    if (c == '#') return invalid("a fragment is not sent to servers");
    if (!is_letter(c) && !is_digit(c) && kTargetMarks.find(c) == std::string_view::npos)
      return invalid("path or query hold a character that must be percent-encoded");
    if (c == '%' && !(i + 2 < target.size() && is_hex(target[i + 1]) && is_hex(target[i + 2])))
      return invalid("path or query hold a % without two hexadecimal digits");
  }
  return target;
}

Result<std::uint16_t> parse_port(std::string_view text) {
  unsigned port = 0;
  const bool digits = !text.empty() && text.size() <= 5 && std::ranges::all_of(text, is_digit);
  if (digits) std::from_chars(text.data(), text.data() + text.size(), port);
  if (!digits || text.front() == '0' || port > 65535)
    return invalid("the port is not a number from 1 to 65535");
  return static_cast<std::uint16_t>(port);
}

Result<std::string> parse_ipv6(std::string_view text) {
  const auto address = parse_address(text);
  const Ipv6* bytes = address ? std::get_if<Ipv6>(&*address) : nullptr;
  if (!bytes) return invalid("what stands in brackets is no IPv6 address");
  char canonical[INET6_ADDRSTRLEN];
  return std::string(inet_ntop(AF_INET6, bytes->data(), canonical, sizeof canonical));
}

// What the WHATWG calls ending in a number: system resolvers read such hosts as addresses.
bool is_numeric(std::string_view label) {
  if (label.starts_with("0x")) return std::ranges::all_of(label.substr(2), is_hex);
  return std::ranges::all_of(label, is_digit);
}

bool is_label(std::string_view label) {
  const auto allowed = [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; };
  return !label.empty() && label.size() <= kLabelBytesMax && std::ranges::all_of(label, allowed) &&
         label.front() != '-' && label.back() != '-';
}

Result<std::string> parse_name(std::string_view text) {
  std::string host = lower(text);
  if (host.ends_with('.')) host.pop_back();
  if (host.empty()) return invalid("no host");
  if (host.size() > kHostBytesMax) return invalid("the host is longer than 253 bytes");
  std::string_view label;
  for (std::size_t start = 0; start <= host.size(); start += label.size() + 1) {
    label = std::string_view(host).substr(start, host.find('.', start) - start);
    if (!is_label(label)) return invalid("the host is no name of letters, digits, '-' and '.'");
  }
  if (is_numeric(label) && !parse_address(host))
    return invalid("the host looks like a number but is no canonical IPv4 address");
  return host;
}

}  // namespace

std::string Url::authority() const {
  const std::uint16_t usual = scheme == Scheme::kHttps ? 443 : 80;
  std::string out = host.find(':') == std::string::npos ? host : '[' + host + ']';
  if (port != usual) out += ':' + std::to_string(port);
  return out;
}

Result<Url> parse_url(std::string_view text) {
  if (text.size() > kUrlBytesMax) return invalid("longer than 2048 bytes");
  Url url;
  std::string_view rest = text;
  TRY(url.scheme, take_scheme(rest));
  url.port = url.scheme == Scheme::kHttps ? 443 : 80;

  const std::size_t authority_end = std::min(rest.find_first_of("/?#"), rest.size());
  TRY(url.target, parse_target(rest.substr(authority_end)));
  std::string_view host = rest.substr(0, authority_end);
  if (host.find('@') != std::string_view::npos)
    return invalid("user information does not belong in a URL");

  const bool bracketed = host.starts_with('[');
  const std::size_t host_end = bracketed ? host.find(']') : std::min(host.find(':'), host.size());
  if (host_end == std::string_view::npos) return invalid("a bracket is not closed");
  const std::string_view after = host.substr(bracketed ? host_end + 1 : host_end);
  if (!after.empty()) {
    if (after.front() != ':') return invalid("something stands between host and path");
    TRY(url.port, parse_port(after.substr(1)));
  }
  TRY(url.host,
      bracketed ? parse_ipv6(host.substr(1, host_end - 1)) : parse_name(host.substr(0, host_end)));
  return url;
}

}  // namespace chartbell
