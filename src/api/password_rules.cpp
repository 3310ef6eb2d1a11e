#include "api/password_rules.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/characters.h"

namespace chartbell {
namespace {

constexpr std::size_t kPieceMax = 4;
constexpr std::size_t kNameMin = 3;  // shorter names are in many words

// Of the commonest passwords in published leaks, those that are long enough to be asked for here,
// and what people make of them when twelve characters are wanted.
constexpr std::string_view kCommon[] = {
    "0123456789ab",     "1234567890ab",        "123456789012",
    "1234567890123",    "12345678910a",        "123456789abc",
    "123456789qwe",     "1q2w3e4r5t6y",        "1q2w3e4r5t6y7u",
    "1qaz2wsx3edc",     "1qaz2wsx3edc4rfv",    "abc123456789",
    "abcdefghijkl",     "abcdefghijklm",       "administrator",
    "administrator1",   "adminadmin123",       "alexander123",
    "baseball1234",     "basketball12",        "basketball123",
    "changemechangeme", "chartbell123",        "chartbell1234",
    "chocolate123",     "correcthorse",        "correcthorsebatterystaple",
    "dragondragon",     "elizabeth123",        "football1234",
    "iloveyou1234",     "iloveyou12345",       "letmeinletmein",
    "letmein12345",     "manchester12",        "minecraft123",
    "p@ssw0rd1234",     "p@ssword1234",        "pa55word1234",
    "passw0rd1234",     "password0123",        "password1234",
    "password12345",    "password123456",      "password@123",
    "passwordpassword", "princess1234",        "q1w2e3r4t5y6",
    "qazwsxedcrfv",     "qwerty123456",        "qwertyuiop12",
    "qwertyuiop123",    "qwertyuiop[]",        "qwertyuiopas",
    "qwertyuiopasdf",   "qwertyuiopasdfghjkl", "starwars1234",
    "summer2024!!",     "summer2025!!",        "sunshine1234",
    "superman1234",     "trustno1trustno1",    "unknown12345",
    "welcome12345",     "welcome123456",       "welcomewelcome",
    "winter2025!!",     "zaq12wsxcde3",
};

bool is_common(std::string_view lower) {
  return std::ranges::find(kCommon, lower) != std::end(kCommon);
}

// "aaaaaaaaaaaa", "abcabcabcabc".
bool repeats_a_piece(std::string_view text) {
  for (std::size_t size = 1; size <= kPieceMax; ++size)
    if (text.substr(size) == text.substr(0, text.size() - size)) return true;
  return false;
}

std::unexpected<Error> invalid(std::string what) {
  return failure(Code::kInvalid, "password: " + std::move(what));
}

}  // namespace

Result<void> check_new_password(std::string_view password, std::string_view user_name) {
  if (const auto fault = text_fault(password, TextLines::kOne))
    return invalid(std::string(words(*fault)));
  const auto length = character_count(password);
  if (length < kPasswordMin)
    return invalid("must have " + std::to_string(kPasswordMin) + " characters or more");
  if (length > kPasswordMax)
    return invalid("must have " + std::to_string(kPasswordMax) + " characters or fewer");
  const auto lower = to_lower(password);
  if (is_common(lower) || repeats_a_piece(lower))
    return invalid("is one of those that are tried first");
  if (user_name.size() >= kNameMin && lower.find(user_name) != std::string::npos)
    return invalid("must not have your name in it");
  return {};
}

}  // namespace chartbell
