// What the holder of an API key may do (docs/api.md).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace chartbell {

enum class Scope : std::uint8_t {
  kRead,          // resources, events, the state of sources
  kWrite,         // resources of the record system
  kWebhooksRead,  // what of endpoints, subscriptions and deliveries is no secret
  kWebhooks,      // all of them, and changing them
  kOperate,       // what changes how Chartbell runs
};
inline constexpr std::array kScopes = {Scope::kRead, Scope::kWrite, Scope::kWebhooksRead,
                                       Scope::kWebhooks, Scope::kOperate};

// "read", "write", "webhooks.read", "webhooks", "operate".
std::string_view name(Scope scope);
std::optional<Scope> scope_named(std::string_view name);
// All of them.
std::span<const std::string_view> scope_names();

// A set of them. Who has kWebhooks has kWebhooksRead, named or not.
class Scopes {
 public:
  Scopes() = default;
  static Scopes all();
  // Of names between commas; names that nobody knows give nothing away.
  static Scopes of_text(std::string_view text);

  void add(Scope scope) { bits_ = static_cast<std::uint8_t>(bits_ | bit(scope)); }
  bool has(Scope scope) const {
    return holds(scope) || (scope == Scope::kWebhooksRead && holds(Scope::kWebhooks));
  }
  bool empty() const { return bits_ == 0; }
  // "read,write": as it was named.
  std::string text() const;

  friend bool operator==(const Scopes&, const Scopes&) = default;

 private:
  static std::uint8_t bit(Scope scope) {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(scope));
  }

  bool holds(Scope scope) const { return (bits_ & bit(scope)) != 0; }

  std::uint8_t bits_ = 0;
};

}  // namespace chartbell
