// The envelope of every answer (wire contract §4).
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/http_message.h"

namespace chartbell {

// {"code":true,"description":…,"error":[],"data":…}; `data` is JSON text. `count` is added for
// lists.
HttpResponse success(int status, std::string_view data, std::string_view description = {});
HttpResponse success_list(std::string_view array, std::size_t count);
HttpResponse no_content();
// {"code":false,"description":null,"data":null,"error":[…]}.
HttpResponse refusal(int status, std::string_view reason);
HttpResponse refusal(const Error& error);
// 503 with Retry-After for kUnreachable, which passes; as refusal() for every other error.
HttpResponse refusal_for_now(const Error& error);
// 429 with Retry-After.
HttpResponse refusal_until(std::chrono::seconds wait, std::string_view reason);

// The status that tells a client about an error of ours.
int status_of(Code code);

}  // namespace chartbell
