#include "forms/template.h"

#include <algorithm>

#include "forms/json_place.h"
#include "forms/template_layout.h"
#include "forms/template_schema.h"
#include "forms/template_text.h"

namespace chartbell {
namespace {

Result<std::string> read_name(const JsonPlace& place) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  };
  TRY(const auto name, place.text());
  if (name.empty() || name.size() > 64 || !std::ranges::all_of(name, fits))
    return place.fault("a template's name is 1 to 64 letters of a to z, digits and -");
  return std::string(name);
}

Result<FormTemplate> read_template(const JsonPlace& root) {
  constexpr std::string_view kKnown[] = {"name", "languages", "title",
                                         "text", "schema",    "sections"};
  FormTemplate out;
  TRY(const auto object, root.object(kKnown));
  TRY(const auto name, object.need("name"));
  TRY(out.name, read_name(name));
  TRY(const auto languages, object.need("languages"));
  TRY(out.languages, read_languages(languages));
  TRY(const auto title, object.need("title"));
  TRY(out.title, read_local_text(title, out.languages, TextLines::kOne));
  if (const auto* text = object.find("text")) {
    TRY(out.text, read_local_text(*text, out.languages, TextLines::kMany));
  }
  TRY(const auto schema, object.need("schema"));
  TRY(const auto properties, read_schema(schema));
  TRY(const auto sections, object.need("sections"));
  TRY_DO(read_sections(sections, properties, out));
  return out;
}

}  // namespace

std::string_view LocalText::in(std::string_view language) const {
  const auto found = by_language_.find(language);
  return found == by_language_.end() ? std::string_view() : std::string_view(found->second);
}

std::string_view FormTemplate::language(std::string_view wanted) const {
  const auto found = std::ranges::find(languages, wanted);
  return found == languages.end() ? std::string_view(languages.front()) : *found;
}

Result<FormTemplate> parse_template(std::string_view text) {
  if (text.size() > kTemplateBytesMax)
    return failure(Code::kTooLarge,
                   "the template: more than " + std::to_string(kTemplateBytesMax) + " bytes");
  TRY(const auto tree, JsonTree::of(text));
  return read_template(tree.root());
}

}  // namespace chartbell
