// What a password may be. Source: NIST SP 800-63B §5.1.1.2, but for its normalisation.
//
// Length counts; what it is made of does not. A password is compared byte by byte, as UTF-8 and as
// it was sent: an accent that one keyboard sends as one character and another as two is another
// password.
#pragma once

#include <string_view>

#include "base/result.h"

namespace chartbell {

inline constexpr std::size_t kPasswordMin = 12;   // characters (code points)
inline constexpr std::size_t kPasswordMax = 128;  // likewise
// No password that was taken is longer; nothing longer is compared.
inline constexpr std::size_t kPasswordBytesMax = kPasswordMax * 4;

// kInvalid, saying why: too short or long, not UTF-8, control characters, one of the commonest, one
// character or short piece over and over, or the user's own name in it.
Result<void> check_new_password(std::string_view password, std::string_view user_name);

}  // namespace chartbell
