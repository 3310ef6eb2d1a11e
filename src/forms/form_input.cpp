#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "base/characters.h"
#include "base/json_text.h"
#include "base/url_form.h"
#include "forms/answers.h"

namespace chartbell {
namespace {

namespace json = boost::json;

std::unexpected<Error> no_draft() {
  return failure(Code::kCorrupt, "a form's draft is no object of arrays of texts");
}

}  // namespace

Result<FormInput> FormInput::of_body(std::string_view body) {
  FormInput out;
  while (true) {
    TRY(auto pair, take_url_pair(body));
    if (!pair) return out;
    if (!is_utf8(pair->name) || !is_utf8(pair->value))
      return failure(Code::kInvalid, "The form is not UTF-8");
    if (out.values_.size() == kValuesMax) return failure(Code::kInvalid, "Too many parameters");
    out.add(std::move(pair->name), std::move(pair->value));
  }
}

// A member is a name, its value an array of all texts under it.
Result<FormInput> FormInput::of_draft(const Document& draft) {
  json::error_code error;
  const auto value = json::parse(json::string_view(draft.expose()), error);
  if (error || !value.is_object()) return no_draft();
  FormInput out;
  for (const auto& [name, texts] : value.as_object()) {
    if (!texts.is_array()) return no_draft();
    for (const auto& text : texts.as_array()) {
      if (!text.is_string() || out.values_.size() == kValuesMax) return no_draft();
      out.add(std::string(name), std::string(text.as_string()));
    }
  }
  return out;
}

Document FormInput::draft() const {
  std::string out = "{";
  for (auto at = values_.begin(); at != values_.end();) {
    const auto end = values_.upper_bound(at->first);
    out += (out.size() > 1 ? "," : "") + json_string(at->first) + ":[";
    for (const auto first = at; at != end; ++at)
      out += (at == first ? "" : ",") + json_string(at->second);
    out += ']';
  }
  return Document(out + '}');
}

void FormInput::add(std::string name, std::string value) {
  values_.emplace(std::move(name), std::move(value));
}

std::string_view FormInput::text(std::string_view name) const {
  const auto found = values_.lower_bound(name);
  return found == values_.end() || found->first != name ? std::string_view() : found->second;
}

std::vector<std::string_view> FormInput::all(std::string_view name) const {
  const auto [begin, end] = values_.equal_range(name);
  std::vector<std::string_view> out;
  for (auto at = begin; at != end; ++at) out.push_back(at->second);
  return out;
}

}  // namespace chartbell
