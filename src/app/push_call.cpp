#include "app/push_call.h"

namespace chartbell {
namespace {

// Of the call itself, whatever it brings.
constexpr std::size_t kCallBytes = 1024;

}  // namespace

std::size_t bytes_of(const PushCall& call) {
  if (const auto* one = std::get_if<PushedOne>(&call))
    return kCallBytes + one->snapshot.body.expose().size();
  if (const auto* many = std::get_if<PushedMany>(&call))
    return kCallBytes + many->batch.lines.expose().size();
  return kCallBytes;
}

void refuse(PushCall& call, const Error& error) {
  std::visit([&](auto& held) { held.done(std::unexpected(error)); }, call);
}

}  // namespace chartbell
