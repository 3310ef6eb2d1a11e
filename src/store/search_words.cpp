#include "store/search_words.h"

#include <algorithm>
#include <cstring>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "base/ascii.h"
#include "base/crypto.h"

namespace chartbell {
namespace {

namespace json = boost::json;

constexpr std::size_t kPhoneDigits = 10;
constexpr std::size_t kWordsMax = 64;  // of one text: more are not looked at

// The letters U+00C0 to U+017F without their marks, two places each; blank where there is none.
constexpr std::string_view kLatin =
    "a a a a a a aec e e e e i i i i d n o o o o o   o u u u u y thss"
    "a a a a a a aec e e e e i i i i d n o o o o o   o u u u u y thy "
    "a a a a a a c c c c c c c c d d d d e e e e e e e e e e g g g g "
    "g g g g h h h h i i i i i i i i i i ijijj j k k k l l l l l l l "
    "l l l n n n n n n n n n o o o o o o oeoer r r r r r s s s s s s "
    "s s t t t t t t u u u u u u u u u u u u w w y y y z z z z z z s ";
constexpr std::uint32_t kLatinFirst = 0xC0;
constexpr std::string_view kCurlyApostrophe = "\xE2\x80\x99";

std::string latin(std::uint32_t letter) {
  std::string out(kLatin.substr(2 * (letter - kLatinFirst), 2));
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

// Texts in decomposed form have their accents as characters of their own, U+0300 to U+036F.
bool is_combining(std::uint32_t two_bytes) {
  return two_bytes >= 0x300 && two_bytes <= 0x36F;
}

// Takes a character that is not ASCII off the front: what it is compared as.
std::string take_other(std::string_view& text) {
  if (text.starts_with(kCurlyApostrophe)) {
    text.remove_prefix(kCurlyApostrophe.size());
    return {};
  }
  const auto lead = static_cast<unsigned char>(text[0]);
  if ((lead & 0xE0) != 0xC0 || text.size() < 2) {
    std::string out(text.substr(0, 1));
    text.remove_prefix(1);
    return out;
  }
  const auto code = static_cast<std::uint32_t>((lead & 0x1F) << 6) |
                    (static_cast<unsigned char>(text[1]) & 0x3FU);
  std::string out(text.substr(0, 2));
  text.remove_prefix(2);
  if (is_combining(code)) return {};
  return code >= kLatinFirst && code < 0x180 ? latin(code) : out;
}

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

std::vector<std::string> name_words(std::string_view name) {
  std::vector<std::string> out;
  std::string word;
  const auto end_word = [&] {
    if (!word.empty() && out.size() < kWordsMax) out.push_back(std::move(word));
    word.clear();
  };
  while (!name.empty()) {
    const char c = to_lower(name[0]);
    if (static_cast<unsigned char>(c) >= 0x80) {
      word += take_other(name);
      continue;
    }
    name.remove_prefix(1);
    if (is_letter_or_digit(c)) {
      word += c;
    } else if (c != '\'') {
      end_word();
    }
  }
  end_word();
  return out;
}

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
