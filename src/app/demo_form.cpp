#include "app/demo_form.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "base/encoding.h"

namespace chartbell {
namespace {

namespace json = boost::json;

constexpr std::string_view kTemplate = "consent-to-treatment";

// ---- asking -------------------------------------------------------------------------------------

Result<FormTemplate> template_of(DemoClient& client, const std::string& query, std::int64_t id) {
  TRY(const auto answer, client.call("GET", "/form_templates/" + std::to_string(id) + query, ""));
  return parse_template(json::serialize(answer.at("data").at("template")));
}

std::string born(const json::object& patient) {
  const auto* bio = patient.if_contains("bio");
  const auto* date = bio == nullptr ? nullptr : bio->as_object().if_contains("date_of_birth");
  return date == nullptr || !date->is_string() ? std::string() : std::string(date->as_string());
}

// ---- filling in ---------------------------------------------------------------------------------

class FormBody {
 public:
  void add(std::string_view name, std::string_view value) {
    if (!text_.empty()) text_ += '&';
    text_ += percent_encoded(name) + '=' + percent_encoded(value);
  }
  void add_date(const std::string& name, std::string_view date) {
    add(name + ".year", date.substr(0, 4));
    add(name + ".month", date.substr(5, 2));
    add(name + ".day", date.substr(8, 2));
  }
  std::string take() && { return std::move(text_); }

 private:
  std::string text_;
};

void answer(FormBody& body, const FormField& field, const DemoForm& form) {
  switch (field.kind) {
    case FieldKind::kDate:
      return body.add_date(field.name, form.date_of_birth);
    case FieldKind::kYesNo:
    case FieldKind::kConsent:
      return body.add(field.name, "true");
    case FieldKind::kChoice:
    case FieldKind::kChoices:
      return body.add(field.name, field.choices.front().value);
    case FieldKind::kEmail:
      return body.add(field.name, "patient@example.com");
    case FieldKind::kPhone:
      return body.add(field.name, "(555) 010-0199");
    case FieldKind::kInteger:
    case FieldKind::kNumber:
      return body.add(field.name, std::to_string(static_cast<int>(field.minimum.value_or(1))));
    case FieldKind::kText:
    case FieldKind::kLongText:
    case FieldKind::kSignature:
      return body.add(field.name, form.patient);
  }
}

std::string answers_of(const DemoForm& form, std::string_view secret) {
  FormBody body;
  body.add("_secret", secret);
  body.add("_lang", form.form.languages.front());
  body.add("_act", "submit");
  for (const auto& field : form.form.fields) answer(body, field, form);
  return std::move(body).take();
}

HttpRequest posted(std::string body, std::string_view cookie = {}) {
  HttpRequest out{.method = "POST",
                  .target = {},
                  .fields = {{"content-type", "application/x-www-form-urlencoded"}},
                  .body = std::move(body),
                  .peer = {}};
  if (!cookie.empty()) out.fields.emplace_back("cookie", cookie);
  return out;
}

// Each step of a browser leads on to the next page.
Result<HttpResponse> step(const Clock& clock, const std::string& url, HttpRequest request) {
  TRY(auto answer, ask_here(clock, url, std::move(request)));
  if (answer.status != 303)
    return failure(Code::kRefused, "the form's page answers " + std::to_string(answer.status));
  return answer;
}

Result<std::string> cookie_of(const HttpResponse& answer) {
  const auto set = field(answer.fields, "set-cookie");
  if (!set) return failure(Code::kProtocol, "the form's page gives no session");
  return std::string(set->substr(0, set->find(';')));
}

Result<std::string> secret_of(std::string_view page) {
  constexpr std::string_view kBefore = "name=\"_secret\" value=\"";
  const auto at = page.find(kBefore);
  if (at == std::string_view::npos) return failure(Code::kProtocol, "the form's page has no form");
  const auto rest = page.substr(at + kBefore.size());
  return std::string(rest.substr(0, rest.find('"')));
}

}  // namespace

Result<DemoForm> ask_for_form(DemoClient& client, std::string_view subdomain,
                              std::string location) {
  const auto query = "?subdomain=" + std::string(subdomain);
  TRY(const auto version,
      client.first("/form_templates" + query + "&active=true&name=" + std::string(kTemplate)));
  const auto id = version.at("id").as_int64();
  TRY(const auto patient, client.first("/patients" + query + "&location_id=" + location));
  DemoForm out{.form = {}, .patient = text_of(patient, "name"), .date_of_birth = born(patient)};
  TRY(out.form, template_of(client, query, id));
  const json::object wanted = {{"patient_id", patient.at("id")}, {"form_template_id", id}};
  TRY(const auto answer, client.call("POST", "/form_requests" + query + "&location_id=" + location,
                                     json::serialize(json::object{{"form_request", wanted}})));
  out.url = text_of(answer.at("data").at("form_request").as_object(), "url");
  return out;
}

Result<void> fill_in(const Clock& clock, const DemoForm& form) {
  FormBody birth;
  birth.add_date("birth", form.date_of_birth);
  TRY(const auto opened, step(clock, form.url, posted(std::move(birth).take())));
  TRY(const auto cookie, cookie_of(opened));
  TRY(const auto page,
      ask_here(
          clock, form.url,
          {.method = "GET", .target = {}, .fields = {{"cookie", cookie}}, .body = {}, .peer = {}}));
  TRY(const auto secret, secret_of(page.body));
  TRY_DO(step(clock, form.url + "/answers", posted(answers_of(form, secret), cookie)));
  return {};
}

}  // namespace chartbell
