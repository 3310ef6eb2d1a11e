#include "forms/pdf_catalog.h"

#include <algorithm>
#include <cstdio>
#include <optional>

#include "base/ascii.h"

namespace chartbell {
namespace {

using namespace std::string_view_literals;

constexpr auto kCatalog = " 0 obj\n<< /Type /Catalog\n"sv;

// What stands between two marks behind `at`.
std::optional<std::string_view> between(std::string_view text, std::size_t at,
                                        std::string_view begin, std::string_view end) {
  const auto first = text.find(begin, at);
  if (first == std::string_view::npos) return std::nullopt;
  const auto last = text.find(end, first + begin.size());
  if (last == std::string_view::npos) return std::nullopt;
  return text.substr(first + begin.size(), last - first - begin.size());
}

bool is_tag(std::string_view language) {
  const auto is_part = [](char c) {
    const char lower = to_lower(c);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-';
  };
  return !language.empty() && language.size() <= 35 && std::ranges::all_of(language, is_part);
}

// The end of the file as Cairo writes it: the table of objects, the trailer, the last line.
struct Tail {
  std::string_view trailer;  // "Size 571\n   /Root 570 0 R\n   /Info 569 0 R\n"
  std::string_view root;     // "570"
  std::string_view table;    // where it begins
  std::string_view catalog;  // "   /Pages 1 0 R\n…"
};

std::optional<Tail> tail_of(std::string_view pdf) {
  const auto at = pdf.rfind("\ntrailer\n"sv);
  if (at == std::string_view::npos) return std::nullopt;
  const auto trailer = between(pdf, at, "<< /", ">>");
  const auto root = between(pdf, at, "/Root ", " 0 R");
  const auto table = between(pdf, at, "startxref\n", "\n%%EOF\n");
  const auto place = pdf.rfind(kCatalog);
  if (!trailer || !root || !table || place == std::string_view::npos) return std::nullopt;
  if (!pdf.substr(0, place).ends_with("\n" + std::string(*root))) return std::nullopt;
  const auto catalog = between(pdf, place, kCatalog, ">>\nendobj\n");
  if (!catalog) return std::nullopt;
  return Tail{*trailer, *root, *table, *catalog};
}

std::string ten_digits(std::size_t number) {
  char out[24];
  std::snprintf(out, sizeof out, "%010zu", number);
  return out;
}

}  // namespace

std::string with_language(std::string pdf, std::string_view language) {
  const auto tail = is_tag(language) ? tail_of(pdf) : std::nullopt;
  if (!tail) return pdf;
  const std::string root(tail->root);
  const auto object = root + std::string(kCatalog) + std::string(tail->catalog) + "   /Lang (" +
                      std::string(language) +
                      ")\n   /ViewerPreferences << /DisplayDocTitle true >>\n>>\nendobj\n";
  const auto table = "xref\n" + root + " 1\n" + ten_digits(pdf.size()) +
                     " 00000 n \ntrailer\n<< /" + std::string(tail->trailer) + "   /Prev " +
                     std::string(tail->table) + "\n>>\nstartxref\n" +
                     std::to_string(pdf.size() + object.size()) + "\n%%EOF\n";
  return std::move(pdf) + object + table;
}

}  // namespace chartbell
