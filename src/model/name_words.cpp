#include "model/name_words.h"

#include <cstdint>

#include "base/ascii.h"

namespace chartbell {
namespace {

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

}  // namespace chartbell
