#include "store/search_words.h"

#include <algorithm>
#include <cstring>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "base/ascii.h"
#include "base/crypto.h"
#include "model/name_words.h"

namespace chartbell {
namespace {

namespace json = boost::json;

constexpr std::size_t kPhoneDigits = 10;

// From most significant to least, so that the order of numbers means nothing.
std::int64_t number_of(std::string_view bytes) {
  std::int64_t out = 0;
  std::memcpy(&out, bytes.data(), sizeof out);
  return out;
}

std::string phone_key(std::string_view number) {
  std::string digits;
  for (const char c : number)
    if (c >= '0' && c <= '9') digits += c;
  if (digits.size() == kPhoneDigits + 1 && digits.starts_with('1')) digits.erase(0, 1);
  return digits.substr(0, kPhoneDigits);
}

std::string email_key(std::string_view email) {
  while (email.starts_with(' ')) email.remove_prefix(1);
  while (email.ends_with(' ')) email.remove_suffix(1);
  return to_lower(email);
}

// Hashes of one institution's texts.
class Hashes {
 public:
  Hashes(std::string_view key, InstitutionId institution)
      : hmac_(key), institution_(to_string(institution)) {}

  void add(char what, std::string_view text) {
    if (!text.empty()) out_.push_back(number_of(hmac_.sign({institution_, {&what, 1}, text})));
  }
  void add_words(std::string_view name) {
    for (const auto& word : name_words(name)) add('n', word);
  }
  std::vector<std::int64_t> take() {
    std::ranges::sort(out_);
    const auto [first, last] = std::ranges::unique(out_);
    out_.erase(first, last);
    return std::move(out_);
  }

 private:
  Hmac hmac_;
  const std::string institution_;
  std::vector<std::int64_t> out_;
};

std::string_view text_at(const json::object& object, std::string_view key) {
  const auto* leaf = object.if_contains(key);
  if (leaf == nullptr || !leaf->is_string()) return {};
  return leaf->as_string();
}

}  // namespace

std::vector<std::int64_t> SearchWords::of_patient(InstitutionId institution,
                                                  const Document& document) const {
  json::error_code error;
  const auto value = json::parse(json::string_view(document.expose()), error);
  if (error || !value.is_object()) return {};
  const auto& patient = value.as_object();
  Hashes out(key_, institution);
  for (const auto key : {"first_name", "middle_name", "last_name", "name"})
    out.add_words(text_at(patient, key));
  out.add('e', email_key(text_at(patient, "email")));
  if (const auto* bio = patient.if_contains("bio"); bio != nullptr && bio->is_object()) {
    for (const auto key :
         {"phone_number", "cell_phone_number", "home_phone_number", "work_phone_number"})
      out.add('p', phone_key(text_at(bio->as_object(), key)));
    out.add('d', text_at(bio->as_object(), "date_of_birth"));
  }
  return out.take();
}

std::vector<std::int64_t> SearchWords::of_name(InstitutionId institution,
                                               std::string_view name) const {
  Hashes out(key_, institution);
  out.add_words(name);
  return out.take();
}

std::vector<std::int64_t> SearchWords::of_email(InstitutionId institution,
                                                std::string_view email) const {
  Hashes out(key_, institution);
  out.add('e', email_key(email));
  return out.take();
}

std::vector<std::int64_t> SearchWords::of_phone_number(InstitutionId institution,
                                                       std::string_view number) const {
  Hashes out(key_, institution);
  out.add('p', phone_key(number));
  return out.take();
}

std::vector<std::int64_t> SearchWords::of_date_of_birth(InstitutionId institution,
                                                        std::string_view date) const {
  Hashes out(key_, institution);
  out.add('d', date);
  return out.take();
}

}  // namespace chartbell
