#include "forms/template.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include "forms/template_text.h"
#include "support/property.h"

namespace chartbell {
namespace {

namespace json = boost::json;

std::string text_of(std::string_view path) {
  std::ifstream file(CHARTBELL_SOURCE_DIR + std::string(path));
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

const json::object& corpus() {
  static const json::value kAll = json::parse(text_of("/tests/forms/wrong_templates.json"));
  return kAll.as_object();
}

std::string sound() {
  return json::serialize(corpus().at("sound"));
}

std::string fault_of(std::string_view text) {
  const auto read = parse_template(text);
  return read ? "no fault" : read.error().detail;
}

json::value value_of(const json::object& change) {
  const auto* length = change.if_contains("put_long");
  return length == nullptr ? change.at("put")
                           : json::value(std::string(length->to_number<std::size_t>(), 'x'));
}

void put(json::value& parent, const std::string& name, json::value value) {
  if (parent.is_object())
    parent.as_object()[name] = std::move(value);
  else if (name == "-")
    parent.as_array().push_back(std::move(value));
  else
    parent.as_array().at(std::stoul(name)) = std::move(value);
}

void take_out(json::value& parent, const std::string& name) {
  if (parent.is_object())
    parent.as_object().erase(name);
  else
    parent.as_array().erase(parent.as_array().begin() + std::stoi(name));
}

// The sound template, changed as a case says.
std::string mutated(const json::object& change) {
  json::value out = corpus().at("sound");
  const std::string at(change.at("at").as_string());
  const auto slash = at.rfind('/');
  auto& parent = out.at_pointer(at.substr(0, slash));
  auto last = at.substr(slash + 1);
  if (const auto escape = last.find("~1"); escape != std::string::npos)
    last.replace(escape, 2, "/");
  if (change.contains("remove"))
    take_out(parent, last);
  else
    put(parent, last, value_of(change));
  return json::serialize(out);
}

const FormField& field(const FormTemplate& form, std::string_view name) {
  return *std::ranges::find(form.fields, name, &FormField::name);
}

TEST(Template, EachWrongOneIsRefusedWithThePlaceOfItsFault) {
  const auto& wrong = corpus().at("wrong").as_array();
  EXPECT_GE(wrong.size(), 50U);
  for (const auto& change : wrong)
    EXPECT_EQ(fault_of(mutated(change.as_object())), std::string(change.at("fault").as_string()));
}

TEST(Template, ASoundOneIsReadWhole) {
  const auto form = parse_template(sound());
  ASSERT_TRUE(form) << form.error().detail;
  EXPECT_EQ(form->name, "sound");
  EXPECT_EQ(form->languages, (std::vector<std::string>{"en", "es"}));
  EXPECT_EQ(form->title.in("es"), "Visita");
  EXPECT_EQ(form->text.in("en"), "Please answer.\n\nThank you.");
  ASSERT_EQ(form->sections.size(), 3U);
  EXPECT_EQ(form->sections[1].begin, 5U);
  EXPECT_EQ(form->sections[1].end, 11U);
  EXPECT_EQ(form->sections[0].text.in("es"), "Quién es usted");
  EXPECT_EQ(form->fields.size(), 13U);
}

TEST(Template, FieldsHaveWhatSchemaAndLayoutSay) {
  const auto form = parse_template(sound()).value();
  const auto& name = field(form, "first_name");
  EXPECT_EQ(name.kind, FieldKind::kText);
  EXPECT_TRUE(name.required);
  EXPECT_EQ(name.length_min, 1U);
  EXPECT_EQ(name.length_max, 50U);
  EXPECT_EQ(name.help.in("es"), "Como en su tarjeta");
  EXPECT_EQ(name.autocomplete, "given-name");
  EXPECT_EQ(name.prefill, "first_name");
  EXPECT_EQ(field(form, "reaction").kind, FieldKind::kLongText);
  EXPECT_EQ(field(form, "reaction").length_max, 1000U);
  EXPECT_EQ(field(form, "weight").minimum, 0.5);
  EXPECT_EQ(field(form, "weight").maximum, std::nullopt);
  EXPECT_EQ(field(form, "agreed").statement.in("en"), "I agree to treatment.");
  ASSERT_EQ(field(form, "sex").choices.size(), 3U);
  EXPECT_EQ(field(form, "sex").choices[1].value, "male");
  EXPECT_EQ(field(form, "sex").choices[1].label.in("es"), "Masculino");
}

TEST(Template, KindsFollowTheSchema) {
  const auto form = parse_template(sound()).value();
  const std::pair<std::string_view, FieldKind> kinds[] = {
      {"email", FieldKind::kEmail},     {"phone", FieldKind::kPhone},
      {"born_on", FieldKind::kDate},    {"cups", FieldKind::kInteger},
      {"weight", FieldKind::kNumber},   {"smoker", FieldKind::kYesNo},
      {"sex", FieldKind::kChoice},      {"allergies", FieldKind::kChoices},
      {"agreed", FieldKind::kConsent},  {"signature", FieldKind::kSignature},
      {"first_name", FieldKind::kText}, {"reaction", FieldKind::kLongText},
  };
  for (const auto& [name, kind] : kinds) EXPECT_EQ(field(form, name).kind, kind) << name;
}

TEST(Template, ConditionsNameEarlierFieldsAndTheirAnswers) {
  const auto form = parse_template(sound()).value();
  const auto& cigarettes = field(form, "cigarettes");
  ASSERT_TRUE(cigarettes.show_if);
  EXPECT_EQ(form.fields[cigarettes.show_if->field].name, "smoker");
  EXPECT_EQ(cigarettes.show_if->value, "true");
  EXPECT_TRUE(cigarettes.required);
  EXPECT_EQ(field(form, "reaction").show_if->value, "penicillin");
  EXPECT_FALSE(field(form, "reaction").required);
}

TEST(Template, AnUnknownLanguageFallsBackToTheFirst) {
  const auto form = parse_template(sound()).value();
  EXPECT_EQ(form.language("es"), "es");
  EXPECT_EQ(form.language("fr"), "en");
  EXPECT_EQ(form.language(""), "en");
}

TEST(Template, TheExampleOfTheDocumentIsRead) {
  const auto text = text_of("/docs/forms.md");
  constexpr std::string_view kFence = "```json\n";
  const auto begin = text.find(kFence) + kFence.size();
  EXPECT_EQ(fault_of(text.substr(begin, text.find("```", begin) - begin)), "no fault");
}

TEST(Template, AMemberThatIsThereTwiceIsRefused) {
  auto text = sound();
  text.insert(1, R"("name":"other",)");
  EXPECT_EQ(fault_of(text), "/name: is there twice");
}

TEST(Template, WhatIsNoJsonIsRefusedWithItsLine) {
  EXPECT_EQ(fault_of(""), "the template: no valid JSON in line 1: incomplete JSON");
  EXPECT_EQ(fault_of("{\n\"name\": \"x\",\n}"),
            "the template: no valid JSON in line 3: syntax error");
  EXPECT_EQ(fault_of("{} {}"), "the template: no valid JSON in line 1: extra data");
  EXPECT_EQ(fault_of("{\"name\": \"\xff\"}"),
            "the template: no valid JSON in line 1: syntax error");
  EXPECT_EQ(fault_of(R"({"name": "\ud800"})").substr(0, 38),
            "the template: no valid JSON in line 1:");
  EXPECT_EQ(fault_of("[]"), "the template: wanted is an object, here is an array");
}

TEST(Template, WhatNestsTooDeeplyIsRefused) {
  EXPECT_EQ(fault_of(std::string(10'000, '[')), "the template: nested deeper than 16 levels");
}

TEST(Template, WhatHasTooManyValuesIsRefused) {
  std::string text = "[0";
  for (int i = 0; i < 40'000; ++i) text += ",0";
  EXPECT_EQ(fault_of(text + "]"), "the template: more than 40000 values");
}

TEST(Template, TheSizeHasALimit) {
  auto text = sound();
  text.append(kTemplateBytesMax - text.size(), ' ');
  EXPECT_EQ(fault_of(text), "no fault");
  const auto read = parse_template(text + ' ');
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Code::kTooLarge);
}

TEST(Template, CountsHaveLimits) {
  auto object = corpus().at("sound").as_object();
  auto& properties = object.at("schema").at("properties").as_object();
  for (int i = 0; i < 200; ++i) properties["f" + std::to_string(i)] = {{"type", "string"}};
  EXPECT_EQ(fault_of(json::serialize(object)), "/schema/properties: has more than 200 members");

  object = corpus().at("sound").as_object();
  auto& sections = object.at("sections").as_array();
  for (int i = 0; i < 50; ++i) sections.push_back(sections[0]);
  EXPECT_EQ(fault_of(json::serialize(object)), "/sections: has more than 50 elements");

  object = corpus().at("sound").as_object();
  auto& choices = object.at("schema").at("properties").at("sex").at("enum").as_array();
  for (int i = 0; i < 100; ++i) choices.push_back(json::value("c" + std::to_string(i)));
  EXPECT_EQ(fault_of(json::serialize(object)),
            "/schema/properties/sex/enum: has more than 100 elements");
}

TEST(Template, LongNamesAreCutShortInFaults) {
  auto object = corpus().at("sound").as_object();
  object[std::string(100'000, 'n')] = 1;
  EXPECT_LT(fault_of(json::serialize(object)).size(), 200U);
}

TEST(Template, LengthsHaveDefaults) {
  auto object = corpus().at("sound").as_object();
  auto& properties = object.at("schema").at("properties").as_object();
  properties.at("reaction").as_object().erase("maxLength");
  properties.at("first_name") = {{"type", "string"}};
  const auto form = parse_template(json::serialize(object)).value();
  EXPECT_EQ(field(form, "reaction").length_max, 2000U);
  EXPECT_EQ(field(form, "first_name").length_max, 200U);
  properties.at("first_name") = {{"type", "string"}, {"minLength", 201}};
  EXPECT_EQ(
      fault_of(json::serialize(object)),
      "/schema/properties/first_name: minLength is more than 200, the maxLength where none is "
      "given");
}

TEST(Template, LanguageTagsAreOfTheSimpleForm) {
  for (const auto* tag : {"en", "es-MX", "zh-Hant", "zh-Hant-TW", "es-419", "haw"})
    EXPECT_TRUE(is_language_tag(tag)) << tag;
  for (const auto* tag : {"", "e", "EN", "en-", "en-us", "en_US", "english", "zh-hant", "en--US",
                          "en-US-x", "-en", "en-x-private", "i-klingon", "en-US\n"})
    EXPECT_FALSE(is_language_tag(tag)) << tag;
}

TEST(Template, AnyBytesAreReadOrRefused) {
  check_property([] { (void)parse_template(*any_bytes()); }, 2000);
}

// Whatever is read from a template that is nearly sound obeys its own indices.
void check_indices(const FormTemplate& form) {
  RC_ASSERT(form.sections.back().end == form.fields.size());
  for (std::size_t i = 0; i < form.fields.size(); ++i)
    if (form.fields[i].show_if) RC_ASSERT(form.fields[i].show_if->field < i);
}

TEST(Template, AnyWrongByteIsReadOrRefused) {
  const auto text = sound();
  check_property(
      [&] {
        auto wrong = text;
        const auto at = *rc::gen::inRange(std::size_t{0}, text.size());
        wrong[at] = static_cast<char>(*rc::gen::inRange(0, 256));
        if (const auto form = parse_template(wrong)) check_indices(*form);
      },
      2000);
}

// All places of a document, its own first.
void collect(json::value& value, std::vector<json::value*>& out) {
  out.push_back(&value);
  if (value.is_object())
    for (auto& member : value.as_object()) collect(member.value(), out);
  if (value.is_array())
    for (auto& element : value.as_array()) collect(element, out);
}

TEST(Template, AnyValueInAnyPlaceIsReadOrRefused) {
  check_property(
      [] {
        json::value whole = corpus().at("sound");
        std::vector<json::value*> places;
        collect(whole, places);
        const auto at = [&] { return *rc::gen::inRange(std::size_t{0}, places.size()); };
        const json::value other = *places[at()];
        const json::value values[] = {nullptr,        true,     -1,    1e308, "",   json::array{},
                                      json::object{}, "\u202e", other, other, other};
        *places[at()] = values[*rc::gen::inRange(std::size_t{0}, std::size(values))];
        const auto form = parse_template(json::serialize(whole));
        if (form) return check_indices(*form);
        RC_ASSERT(form.error().code == Code::kInvalid);
        RC_ASSERT(form.error().detail.starts_with("/") ||
                  form.error().detail.starts_with("the template: "));
      },
      5000);
}

}  // namespace
}  // namespace chartbell
