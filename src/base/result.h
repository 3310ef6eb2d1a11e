// Result<T>: a value or an Error, never ignored by accident.
//
// Fallible construction is `static Result<std::unique_ptr<T>> open(...)`. Exceptions mean a broken
// invariant of ours or no memory; those of third parties are converted where the library is called.
#pragma once

#include <cstdint>
#include <expected>
#include <source_location>
#include <string>
#include <string_view>
#include <utility>

namespace chartbell {

// One closed list, grouped by who must act.
enum class Code : std::uint8_t {
  // The caller of the API or of the command.
  kInvalid,
  kNotFound,
  kUnauthorized,
  kForbidden,
  kConflict,
  kTooLarge,
  kUnsupported,  // the request is sound, and what it is about cannot do it
  // The operator of this machine.
  kConfig,
  kMapping,
  kAddressRefused,
  kNoSpace,
  kGuard,
  // The other side of a wire.
  kUnreachable,
  kTimeout,
  kRefused,
  kProtocol,
  kPositionLost,
  // Us.
  kCorrupt,
  kInternal,
};

// True where the same call may succeed later without anyone's help.
bool retryable(Code code);
std::string_view name(Code code);

// `detail` names what is wrong and where, and what to do. It never holds patient data: it goes to
// logs and terminals as it is.
struct Error {
  Code code = Code::kInternal;
  std::string detail;
  std::source_location where = std::source_location::current();
};

// The same error with the context of a caller in front: "reading x.toml: …".
Error within(std::string_view context, Error error);

template <class T = void>
class [[nodiscard]] Result : public std::expected<T, Error> {
 public:
  using std::expected<T, Error>::expected;
};

inline std::unexpected<Error> failure(
    Code code, std::string detail, std::source_location where = std::source_location::current()) {
  return std::unexpected(Error{code, std::move(detail), where});
}

}  // namespace chartbell

#define CHARTBELL_JOIN_(a, b) a##b
#define CHARTBELL_JOIN(a, b) CHARTBELL_JOIN_(a, b)

// TRY(auto x, f()); declares x from f()'s value, or returns f()'s error.
#define TRY(declaration, ...) TRY_(CHARTBELL_JOIN(try_result_, __LINE__), declaration, __VA_ARGS__)
#define TRY_(result, declaration, ...)                            \
  auto result = (__VA_ARGS__);                                    \
  if (!result) return std::unexpected(std::move(result).error()); \
  declaration = *std::move(result)

// TRY_DO(f()); returns f()'s error; for results without a value.
#define TRY_DO(...)                                        \
  do {                                                     \
    if (auto try_done = (__VA_ARGS__); !try_done)          \
      return std::unexpected(std::move(try_done).error()); \
  } while (false)
