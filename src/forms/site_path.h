// SitePath: which page of which link a request is for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chartbell {

enum class SitePage : std::uint8_t { kForm, kAnswers, kDone };

struct SitePath {
  std::string token;
  SitePage page = SitePage::kForm;

  friend bool operator==(const SitePath&, const SitePath&) = default;
};

// Of a path without its query, what stands behind kFormSitePath; nothing for what is no token's.
std::optional<SitePath> site_path(std::string_view rest);

// GET and HEAD.
bool reads(std::string_view method);
bool allows(SitePage page, std::string_view method);

// The path of a link's form, and a query or a page behind it.
std::string address(std::string_view token, std::string_view behind = {});

}  // namespace chartbell
