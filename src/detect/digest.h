// Keyed digests of documents.
#pragma once

#include <string_view>

#include "base/crypto.h"
#include "detect/ports.h"
#include "model/document.h"

namespace chartbell {

// HMAC-SHA256 cut to 128 bits. Keyed, so that a stolen store does not let anyone test guesses at
// what a patient's record says. A resource of one thread.
class Digester {
 public:
  explicit Digester(std::string_view key) : hmac_(key) {}
  Digest operator()(const Document& document);

 private:
  Hmac hmac_;
};

}  // namespace chartbell
