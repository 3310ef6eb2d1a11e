#include "app/mask.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace chartbell {
namespace {

namespace json = boost::json;

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

char mask_of(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0;
  if (letter) return 'x';
  return c >= '0' && c <= '9' ? '9' : c;
}

std::string shape_of_value(const json::value& value) {
  if (value.is_null()) return {};
  if (value.is_bool()) return "yes/no";
  if (const auto* text = value.if_string()) return '"' + masked_text(*text) + '"';
  return masked_text(json::serialize(value));
}

void walk(const json::value& value, const std::string& path, std::vector<MaskedLeaf>& out) {
  const auto* object = value.if_object();
  if (object == nullptr) {
    out.push_back({path, shape_of_value(value)});
    return;
  }
  for (const auto& [key, inner] : *object)
    walk(inner, path.empty() ? std::string(key) : path + "." + std::string(key), out);
}

}  // namespace

std::string masked_text(std::string_view text) {
  std::string out;
  std::size_t characters = 0;
  for (const char c : text) {
    if (is_continuation(c)) continue;
    if (++characters > kMaskedMax) return out + "…";
    out += mask_of(c);
  }
  return out;
}

std::vector<MaskedLeaf> masked(const Document& document) {
  std::vector<MaskedLeaf> out;
  json::error_code error;
  const auto value = json::parse(document.expose(), error);
  if (!error) walk(value, {}, out);
  return out;
}

}  // namespace chartbell
