#include "detect/digest.h"

#include <algorithm>

namespace chartbell {

Digest Digester::operator()(const Document& document) {
  const std::string whole = hmac_.sign({document.expose()});
  Digest digest;
  std::copy_n(whole.begin(), digest.size(), digest.begin());
  return digest;
}

}  // namespace chartbell
