#include "api/feed_guest.h"

#include "api/answer.h"
#include "api/authentication.h"

namespace chartbell {

// A user is of a role, and all roles may read.
EventFeed::Guest guest_of(ApiParts& parts, const Call& call, const Institution& institution) {
  EventFeed::Guest out{call.account.id, institution.id, institution.subdomain, call.token};
  if (!call.user) return out;
  out.account = counted_as(call.user->user.id);
  out.session = call.user->session.id_hash;
  out.lasts = [sign_in = parts.sign_in, session = out.session] {
    return sign_in->sessions().still_lasts(session).value_or(false);
  };
  return out;
}

HttpResponse refusal_of_full_feed() {
  auto answer = refusal(429, "Too many wait for events; try again later");
  answer.fields.emplace_back("retry-after", "5");
  return answer;
}

HttpResponse stream_of(std::shared_ptr<BodySource> source) {
  return {.status = 200,
          .fields = {{"content-type", "text/event-stream"}, {"cache-control", "no-store"}},
          .body = {},
          .source = std::move(source)};
}

}  // namespace chartbell
