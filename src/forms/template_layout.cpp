#include "forms/template_layout.h"

#include <algorithm>
#include <map>

#include "base/nearest.h"
#include "forms/contains.h"
#include "forms/template_field.h"
#include "forms/template_text.h"

namespace chartbell {
namespace {

class LayoutReader {
 public:
  LayoutReader(const std::vector<SchemaProperty>& properties, FormTemplate& out) : out_(out) {
    for (const auto& property : properties) {
      open_.emplace(property.field.name, &property);
      names_.push_back(property.field.name);
    }
  }

  Result<void> read(const JsonPlace& sections) {
    TRY(const auto elements, sections.elements(kSectionsMax));
    if (elements.empty()) return sections.fault("wanted is at least one section");
    for (const auto& element : elements) TRY_DO(read_section(element));
    for (const auto name : names_)
      if (const auto left = open_.find(name); left != open_.end())
        return left->second->place.fault("is in no section");
    return {};
  }

 private:
  Result<void> read_section(const JsonPlace& place) {
    constexpr std::string_view kKnown[] = {"title", "text", "fields"};
    TRY(const auto object, place.object(kKnown));
    FormSection section{.begin = out_.fields.size()};
    TRY(const auto title, object.need("title"));
    TRY(section.title, read_local_text(title, out_.languages, TextLines::kOne));
    if (const auto* text = object.find("text")) {
      TRY(section.text, read_local_text(*text, out_.languages, TextLines::kMany));
    }
    TRY(const auto fields, object.need("fields"));
    TRY(const auto elements, fields.elements(kFieldsMax));
    if (elements.empty()) return fields.fault("wanted is at least one field");
    for (const auto& element : elements) TRY_DO(read_placed(element));
    section.end = out_.fields.size();
    out_.sections.push_back(std::move(section));
    return {};
  }

  Result<void> read_placed(const JsonPlace& place) {
    TRY(const auto object, place.object(field_members()));
    TRY(const auto name_place, object.need("field"));
    TRY(const auto* property, take_property(name_place));
    TRY(auto field, read_field(object, *property, out_.languages, out_.fields));
    out_.fields.push_back(std::move(field));
    return {};
  }

  // Each is placed once.
  Result<const SchemaProperty*> take_property(const JsonPlace& place) {
    TRY(const auto name, place.text());
    const auto found = open_.find(name);
    if (found != open_.end()) return open_.extract(found).mapped();
    if (contains(names_, name)) return place.fault(quoted(name) + " is placed twice");
    return place.fault(quoted(name) + " is no property of the schema" +
                       did_you_mean(name.substr(0, 64), names_));
  }

  FormTemplate& out_;
  std::map<std::string_view, const SchemaProperty*> open_;
  std::vector<std::string_view> names_;  // in the schema's order
};

}  // namespace

Result<void> read_sections(const JsonPlace& sections, const std::vector<SchemaProperty>& properties,
                           FormTemplate& out) {
  return LayoutReader(properties, out).read(sections);
}

}  // namespace chartbell
