#include "api/endpoint_options_input.h"

#include <algorithm>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "base/ascii.h"
#include "base/characters.h"

namespace chartbell {
namespace {

namespace json = boost::json;

constexpr std::size_t kDescriptionMax = 200;
constexpr std::int64_t kInFlightMax = 256;
constexpr std::int64_t kRateMax = 10'000;
constexpr std::int64_t kTimeoutSecondsMax = 60;
constexpr std::size_t kOffsetsMax = 20;
constexpr std::int64_t kOffsetSecondsMax = 7 * 86'400;
constexpr std::size_t kHeadersMax = 20;
constexpr std::size_t kHeaderBytesMax = 4096;
constexpr std::size_t kHeaderNameBytesMax = 128;
constexpr std::size_t kPemBytesMax = std::size_t{32} * 1024;

// Ours, the connection's (RFC 9110 §7.6.1), or the body's.
constexpr std::string_view kReserved[] = {"host",
                                          "content-length",
                                          "content-type",
                                          "content-encoding",
                                          "connection",
                                          "transfer-encoding",
                                          "timestamp",
                                          "signature",
                                          "keep-alive",
                                          "proxy-connection",
                                          "te",
                                          "trailer",
                                          "upgrade",
                                          "proxy-authorization",
                                          "proxy-authenticate",
                                          "expect"};
constexpr std::string_view kReservedPrefixes[] = {"webhook-", "chartbell-"};

std::unexpected<Error> invalid(std::string what) {
  return failure(Code::kInvalid, std::move(what));
}

// RFC 9110 §5.6.2.
bool is_token(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && text.size() <= kHeaderNameBytesMax &&
         std::ranges::all_of(text, [&](char c) {
           const char low = to_lower(c);
           return (low >= 'a' && low <= 'z') || (c >= '0' && c <= '9') ||
                  kMarks.find(c) != std::string_view::npos;
         });
}

bool is_field_value(std::string_view text) {
  const bool printable = std::ranges::all_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte < 0x7f;
  });
  return printable && !text.starts_with(' ') && !text.ends_with(' ');
}

bool is_reserved(std::string_view name) {
  const auto low = to_lower(name);
  return std::ranges::find(kReserved, low) != std::end(kReserved) ||
         std::ranges::any_of(kReservedPrefixes,
                             [&](std::string_view prefix) { return low.starts_with(prefix); });
}

Result<void> check_header_name(std::string_view parameter, std::string_view name) {
  if (!is_token(name))
    return invalid(std::string(parameter) + ": a header's name must be a token of RFC 9110");
  if (is_reserved(name))
    return invalid(std::string(parameter) + ": " + std::string(name) + " cannot be set");
  return {};
}

// What one call asks for: the values of those names that it gave.
class Edits {
 public:
  explicit Edits(const Parameters& parameters) : parameters_(parameters) {}

  Result<void> number(std::string_view name, std::int64_t most,
                      std::function<void(EndpointOptions&, std::optional<int>)> put) {
    if (parameters_.is_null(name)) add([put](EndpointOptions& o) { put(o, std::nullopt); });
    TRY(const auto given, parameters_.integer_in(name, 1, most));
    if (given) add([put, given](EndpointOptions& o) { put(o, static_cast<int>(*given)); });
    return {};
  }

  // `read` makes of the text what is stored; absent and empty texts are stored as they are.
  template <class T>
  Result<void> text(std::string_view name, T EndpointOptions::* member,
                    Result<T> (*read)(std::string_view name, const std::string& text)) {
    if (parameters_.is_null(name)) add([member](EndpointOptions& o) { o.*member = {}; });
    const auto given = parameters_.text(name);
    if (!given) return {};
    TRY(auto value, read(name, *given));
    add([member, value = std::move(value)](EndpointOptions& o) { o.*member = value; });
    return {};
  }

  void add(OptionsEdit edit) { edits_.push_back(std::move(edit)); }

  OptionsEdit whole() && {
    if (edits_.empty()) return {};
    return [edits = std::move(edits_)](EndpointOptions& options) {
      for (const auto& edit : edits) edit(options);
    };
  }

 private:
  const Parameters& parameters_;
  std::vector<OptionsEdit> edits_;
};

using Offsets = std::vector<std::chrono::seconds>;

Result<Offsets> read_schedule(std::string_view name, const std::string& text) {
  const auto wrong = [&] {
    return invalid(std::string(name) + " must be an array of 1 to " + std::to_string(kOffsetsMax) +
                   " ascending numbers of seconds, from 1 to " + std::to_string(kOffsetSecondsMax));
  };
  json::error_code error;
  const auto parsed = json::parse(json::string_view(text), error);
  if (error || !parsed.is_array()) return wrong();
  const auto& given = parsed.as_array();
  if (given.empty() || given.size() > kOffsetsMax) return wrong();
  Offsets out;
  std::int64_t last = 0;
  for (const auto& offset : given) {
    if (!offset.is_int64() || offset.as_int64() <= last) return wrong();
    last = offset.as_int64();
    if (last > kOffsetSecondsMax) return wrong();
    out.emplace_back(last);
  }
  return out;
}

using Headers = std::vector<std::pair<std::string, std::string>>;

Result<void> add_header(Headers& out, std::string_view name, const json::value& value) {
  TRY_DO(check_header_name("headers", name));
  const auto same = [&](const auto& held) { return equal_ignoring_case(held.first, name); };
  if (std::ranges::any_of(out, same))
    return invalid("headers: " + std::string(name) + " stands there twice");
  if (!value.is_string() || !is_field_value(std::string_view(value.as_string())))
    return invalid("headers: the value of " + std::string(name) +
                   " must be printable ASCII without blanks around it");
  out.emplace_back(name, value.as_string());
  return {};
}

Result<Headers> read_headers(std::string_view name, const std::string& text) {
  json::error_code error;
  const auto parsed = json::parse(json::string_view(text), error);
  if (error || !parsed.is_object())
    return invalid(std::string(name) + " must be an object of names and values");
  if (parsed.as_object().size() > kHeadersMax)
    return invalid(std::string(name) + ": at most " + std::to_string(kHeadersMax));
  Headers out;
  std::size_t bytes = 0;
  for (const auto& [key, value] : parsed.as_object()) {
    TRY_DO(add_header(out, key, value));
    bytes += out.back().first.size() + out.back().second.size();
  }
  if (bytes > kHeaderBytesMax)
    return invalid(std::string(name) + ": at most " + std::to_string(kHeaderBytesMax) + " bytes");
  return out;
}

Result<std::string> read_description(std::string_view name, const std::string& text) {
  if (const auto fault = text_fault(text, TextLines::kOne))
    return invalid(std::string(name) + ": " + std::string(words(*fault)));
  if (character_count(text) > kDescriptionMax)
    return invalid(std::string(name) + ": at most " + std::to_string(kDescriptionMax) +
                   " characters");
  return text;
}

Result<std::string> read_header_name(std::string_view name, const std::string& text) {
  TRY_DO(check_header_name(name, text));
  return text;
}

// Whether OpenSSL can use it is found out when it is used; this refuses what is something else.
Result<void> check_pem(std::string_view name, std::string_view text, std::string_view label) {
  while (text.ends_with('\n') || text.ends_with('\r') || text.ends_with(' ')) text.remove_suffix(1);
  const auto dashes = [](std::string_view line) {
    return line.starts_with("-----") && line.ends_with("-----");
  };
  const auto first = text.substr(0, text.find_first_of("\r\n"));
  const auto last = text.substr(text.find_last_of("\r\n") + 1);
  const bool sound = text.size() <= kPemBytesMax && dashes(first) && dashes(last) &&
                     first.starts_with("-----BEGIN ") && last.starts_with("-----END ") &&
                     first.find(label) != std::string_view::npos &&
                     last.find(label) != std::string_view::npos;
  const bool plain = std::ranges::all_of(
      text, [](char c) { return c == '\n' || c == '\r' || (c >= 0x20 && c < 0x7f); });
  if (sound && plain) return {};
  return invalid(std::string(name) + " must be PEM: -----BEGIN " + std::string(label) + "-----");
}

Result<std::string> read_certificate(std::string_view name, const std::string& text) {
  TRY_DO(check_pem(name, text, "CERTIFICATE"));
  return text;
}

Result<std::string> read_key(std::string_view name, const std::string& text) {
  TRY_DO(check_pem(name, text, "PRIVATE KEY"));
  if (text.find("ENCRYPTED") != std::string::npos)
    return invalid(std::string(name) + " must not be encrypted");
  return text;
}

Result<void> add_client_certificate(const Parameters& parameters, Edits& edits) {
  const auto given = [&](std::string_view name) { return parameters.text(name).has_value(); };
  const bool together =
      given("client_certificate") == given("client_key") &&
      parameters.is_null("client_certificate") == parameters.is_null("client_key");
  if (!together) return invalid("client_certificate and client_key go together");
  TRY_DO(edits.text("client_certificate", &EndpointOptions::client_certificate, read_certificate));
  return edits.text("client_key", &EndpointOptions::client_key, read_key);
}

Result<std::optional<bool>> null_is_false(const Parameters& parameters, std::string_view name) {
  if (parameters.is_null(name)) return std::optional(false);
  return parameters.boolean(name);
}

// A key pair that is there already stays: receivers hold its public half.
Result<void> add_ed25519(const Parameters& parameters, Edits& edits,
                         const std::function<std::string()>& new_seed) {
  TRY(auto wanted, null_is_false(parameters, "ed25519"));
  if (!wanted) return {};
  edits.add([seed = *wanted ? new_seed() : std::string()](EndpointOptions& options) {
    if (seed.empty() || options.ed25519_seed.empty()) options.ed25519_seed = seed;
  });
  return {};
}

}  // namespace

Result<OptionsEdit> options_edit(const Parameters& parameters,
                                 const std::function<std::string()>& new_seed) {
  using Number = std::optional<int>;
  Edits edits(parameters);
  TRY_DO(edits.text("description", &EndpointOptions::description, read_description));
  TRY_DO(edits.number("max_in_flight", kInFlightMax,
                      [](EndpointOptions& o, Number n) { o.max_in_flight = n; }));
  TRY_DO(edits.number("rate_per_second", kRateMax,
                      [](EndpointOptions& o, Number n) { o.rate_per_second = n; }));
  TRY_DO(edits.number("timeout_seconds", kTimeoutSecondsMax, [](EndpointOptions& o, Number n) {
    o.timeout = n ? std::optional<Milliseconds>(std::chrono::seconds(*n)) : std::nullopt;
  }));
  TRY_DO(edits.text("retry_schedule", &EndpointOptions::schedule, read_schedule));
  TRY_DO(edits.text("headers", &EndpointOptions::headers, read_headers));
  TRY_DO(edits.text("legacy_signature_header", &EndpointOptions::legacy_header, read_header_name));
  TRY_DO(add_ed25519(parameters, edits, new_seed));
  TRY_DO(add_client_certificate(parameters, edits));
  return std::move(edits).whole();
}

}  // namespace chartbell
