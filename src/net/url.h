// The URLs that Chartbell dials: a strict subset of RFC 3986, refused where readers could differ.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace chartbell {

enum class Scheme : std::uint8_t { kHttp, kHttps };

struct Url {
  Scheme scheme = Scheme::kHttps;
  std::string host;  // lower case, without brackets or a trailing dot
  std::uint16_t port = 443;
  std::string target;  // path and query, "/" at least

  // host[:port] as a Host field wants it (RFC 9110 §7.2); IPv6 in brackets.
  std::string authority() const;

  friend bool operator==(const Url&, const Url&) = default;
};

// kInvalid, saying which part is wrong, for: another scheme, user information, a fragment, control
// characters, blanks, backslashes, percent signs or non-ASCII in the host, zone ids, empty labels,
// hosts over 253 bytes, port 0 or over 65535, and hosts whose last label is numeric without being a
// canonical dotted quad (system resolvers take 127.1 and 0x7f000001 for addresses). At most 2048
// bytes.
Result<Url> parse_url(std::string_view text);

}  // namespace chartbell
