// What the routes of users share: what is in a body that must not stand in a URL, steps that take
// their time on a thread of their own, and answers that begin a session.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "api/api.h"
#include "api/call.h"
#include "api/sign_in.h"

namespace chartbell {

// kUnsupported where this server has no users.
Result<SignIn*> door_of(ApiParts& parts);
// Text of the body; kInvalid where it is missing or longer than that, and where anything stands
// behind the path's "?": what people prove themselves by would be in logs.
Result<std::string> secret_in(const Call& call, std::string_view name, std::size_t bytes_max);
// In small letters; kInvalid where no user can have it.
Result<std::string> user_name_in(const Call& call);
// Any text that can be shown, 1 to 100 characters.
Result<std::string> display_name_in(const Call& call);

// Runs it on the thread of steps and responds; 503 where too much waits. Nothing of the call is
// there any more.
using Step = std::function<Result<HttpResponse>()>;
Result<void> run_step(SignIn& door, const Respond& respond, Step step);

// How an answer to somebody who has just signed in looks: the session, and its cookie.
Result<HttpResponse> welcome(int status, ApiParts& parts, const SignIn::Begun& begun);
// The session that somebody has, as JSON.
Result<std::string> show_session(ApiParts& parts, const SignedIn& who);

// ---- tries ----
struct Try {
  std::string name;  // of the user, as given
  std::string network;
  int tries = 1;  // that a right one gives back
};
// The answer where it has to wait.
std::optional<HttpResponse> refuse_try(SignIn& door, const Try& one);

}  // namespace chartbell
