#include "base/result.h"

namespace chartbell {

bool retryable(Code code) {
  return code == Code::kUnreachable || code == Code::kTimeout || code == Code::kRefused;
}

std::string_view name(Code code) {
  switch (code) {
    case Code::kInvalid:
      return "invalid";
    case Code::kNotFound:
      return "not_found";
    case Code::kUnauthorized:
      return "unauthorized";
    case Code::kForbidden:
      return "forbidden";
    case Code::kConflict:
      return "conflict";
    case Code::kTooLarge:
      return "too_large";
    case Code::kUnsupported:
      return "unsupported";
    case Code::kConfig:
      return "config";
    case Code::kMapping:
      return "mapping";
    case Code::kAddressRefused:
      return "address_refused";
    case Code::kNoSpace:
      return "no_space";
    case Code::kGuard:
      return "guard";
    case Code::kUnreachable:
      return "unreachable";
    case Code::kTimeout:
      return "timeout";
    case Code::kRefused:
      return "refused";
    case Code::kProtocol:
      return "protocol";
    case Code::kPositionLost:
      return "position_lost";
    case Code::kCorrupt:
      return "corrupt";
    case Code::kInternal:
      return "internal";
  }
  return "internal";
}

Error within(std::string_view context, Error error) {
  error.detail = std::string(context) + ": " + error.detail;
  return error;
}

}  // namespace chartbell
