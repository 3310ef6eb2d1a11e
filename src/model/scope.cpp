#include "model/scope.h"

#include <algorithm>

namespace chartbell {
namespace {

constexpr std::array<std::string_view, kScopes.size()> kNames = {"read", "write", "webhooks.read",
                                                                 "webhooks", "operate"};

}  // namespace

std::string_view name(Scope scope) {
  return kNames[static_cast<std::size_t>(scope)];
}

std::optional<Scope> scope_named(std::string_view wanted) {
  const auto found = std::ranges::find(kNames, wanted);
  if (found == kNames.end()) return std::nullopt;
  return kScopes[static_cast<std::size_t>(found - kNames.begin())];
}

std::span<const std::string_view> scope_names() {
  return kNames;
}

Scopes Scopes::all() {
  Scopes out;
  for (const auto scope : {Scope::kRead, Scope::kWrite, Scope::kWebhooks, Scope::kOperate})
    out.add(scope);
  return out;
}

Scopes Scopes::of_text(std::string_view text) {
  Scopes out;
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (const auto scope = scope_named(word)) out.add(*scope);
  }
  return out;
}

std::string Scopes::text() const {
  std::string out;
  for (const auto scope : kScopes)
    if (holds(scope)) out += (out.empty() ? "" : ",") + std::string(name(scope));
  return out;
}

}  // namespace chartbell
