// FormSite: the patient's page. A link leads to a question for the date of birth, that to the form,
// that to thanks. It works without scripts; docs/forms.md says what it holds to.
//
//   GET  /f/{token}          the question, or for a session the form
//   POST /f/{token}          the date of birth → a session, 303
//   POST /f/{token}/answers  `_act` = keep: a draft; submit: the response; language-es: a draft,
//   and
//                            on in that language; each 303. `_secret` is the page's. Names of ours
//                            begin with "_", those of fields never do.
//   GET  /f/{token}/done     thanks, for the session that completed it
//   GET  /f/style.css, /f/form.js, /f/icon.svg
//
// A link that was guessed, used, revoked, has expired or been locked out gets one and the same
// answer.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "forms/ports.h"
#include "model/http_message.h"

namespace chartbell {

inline constexpr std::string_view kFormSitePath = "/f/";
// Drawn by chance; in the link as 43 characters of base64url.
inline constexpr std::size_t kLinkTokenBytes = 32;

struct FormSiteParts {
  FormBook& book;
  FormSource& source;
  const Clock& clock;
  std::string session_key;  // 32 bytes
  bool secure_cookies = true;
  // Runs what takes longer than a request may hold the loop; false where too much waits already.
  // What it has taken it has run, or dropped, before the site is destroyed.
  std::function<bool(std::function<void()>)> work;
  // Of one HttpRequest::network, files not counted; 0 is no limit. Behind one may be a whole
  // waiting room.
  int requests_per_minute = 120;
  int guesses_per_minute = 20;  // links that lead nowhere
};

// Thread-safe. Holds nothing of a request once it is answered; sessions are in their cookies.
class FormSite {
 public:
  // All references outlive it.
  explicit FormSite(FormSiteParts parts);
  ~FormSite();

  // Whether a request is for this site.
  static bool is_for(std::string_view target) { return target.starts_with(kFormSitePath); }
  // `respond` is called once, now or later, on another thread.
  void answer(const HttpRequest& request, std::function<void(HttpResponse)> respond);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace chartbell
