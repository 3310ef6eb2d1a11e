#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "forms/answers.h"
#include "forms/template.h"

namespace chartbell {
namespace {

std::vector<FormTemplate> all() {
  std::vector<FormTemplate> out;
  for (const auto& shipped : shipped_templates()) {
    auto read = parse_template(shipped.text);
    EXPECT_TRUE(read) << shipped.name << ": " << read.error().detail;
    if (read) out.push_back(*std::move(read));
  }
  return out;
}

TEST(ShippedTemplates, AreReadAndCalledAsTheirFiles) {
  std::vector<std::string> names;
  for (const auto& form : all()) names.push_back(form.name);
  EXPECT_EQ(names, (std::vector<std::string>{"consent-to-treatment", "medical-history",
                                             "new-patient-intake"}));
  for (const auto& shipped : shipped_templates())
    EXPECT_EQ(parse_template(shipped.text)->name, shipped.name);
}

TEST(ShippedTemplates, AreInEnglishAndSpanish) {
  for (const auto& form : all()) {
    EXPECT_EQ(form.languages, (std::vector<std::string>{"en", "es"}));
    for (const auto& section : form.sections)
      EXPECT_NE(section.title.in("en"), section.title.in("es"));
    for (const auto& field : form.fields) EXPECT_NE(field.label.in("en"), field.label.in("es"));
  }
}

TEST(ShippedTemplates, HaveEveryKindOfField) {
  std::set<FieldKind> kinds;
  for (const auto& form : all())
    for (const auto& field : form.fields) kinds.insert(field.kind);
  EXPECT_EQ(kinds.size(), 12U);
}

TEST(ShippedTemplates, EndWithASignature) {
  for (const auto& form : all()) {
    EXPECT_EQ(form.fields.back().kind, FieldKind::kSignature);
    EXPECT_TRUE(form.fields.back().required);
  }
}

TEST(ShippedTemplates, AnEmptyOneMissesWhatIsAlwaysRequired) {
  for (const auto& form : all()) {
    const auto filled = fill(form, FormInput());
    const auto required = std::ranges::count_if(
        form.fields, [](const FormField& field) { return field.required && !field.show_if; });
    EXPECT_EQ(static_cast<std::ptrdiff_t>(filled.faults.size()), required) << form.name;
  }
}

}  // namespace
}  // namespace chartbell
