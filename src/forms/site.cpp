#include "forms/site.h"

#include <algorithm>

#include "base/crypto.h"
#include "base/log.h"
#include "forms/lock.h"
#include "forms/page.h"
#include "forms/page_form.h"
#include "forms/page_input.h"
#include "forms/page_question.h"
#include "forms/session.h"
#include "forms/site_answers.h"
#include "forms/site_files.h"
#include "forms/site_limits.h"
#include "forms/site_path.h"
#include "forms/submission.h"
#include "model/leaves.h"

namespace chartbell {
namespace {

using Respond = std::function<void(HttpResponse)>;
// Nothing where `respond` is called later.
using Answered = std::optional<HttpResponse>;

// What cannot be read of it is nothing.
FormInput query_of(const HttpRequest& request) {
  const std::string_view target = request.target;
  const auto query = target.substr(std::min(target.size(), target.find('?')));
  return FormInput::of_body(query.substr(std::min<std::size_t>(query.size(), 1)))
      .value_or(FormInput());
}

// ---- answers that know nobody -------------------------------------------------------------------

HttpResponse not_valid() {
  return page_answer(404, notice_page(Phrase::kInvalidTitle, Phrase::kInvalidText));
}

HttpResponse too_often(std::chrono::seconds wait) {
  auto out = page_answer(429, notice_page(Phrase::kOftenTitle, Phrase::kOftenText));
  out.fields.emplace_back("retry-after", std::to_string(wait.count()));
  return out;
}

HttpResponse refused(int status) {
  return page_answer(status, notice_page(Phrase::kRefusedTitle, Phrase::kRefusedText));
}

HttpResponse not_allowed(SitePage page) {
  auto out = refused(405);
  out.fields.emplace_back("allow", page == SitePage::kDone ? "GET, HEAD" : "GET, HEAD, POST");
  return out;
}

void log_fault(const Error& error) {
  log_error("form_page", {{"code", name(error.code)}, {"detail", error.detail}});
}

HttpResponse broken(const Error& error) {
  log_fault(error);
  return page_answer(500, notice_page(Phrase::kBrokenTitle, Phrase::kBrokenText));
}

// The form could not be sent; its draft is kept.
HttpResponse not_now(std::string_view token, std::string_view language) {
  auto out =
      page_answer(503, notice_page({.language = language,
                                    .title = phrase(Phrase::kBusyTitle, language),
                                    .text = phrase(Phrase::kBusyText, language),
                                    .back = address(token, "?lang=" + std::string(language))}));
  out.fields.emplace_back("retry-after", "60");
  return out;
}

}  // namespace

class FormSite::Impl {
 public:
  explicit Impl(FormSiteParts parts)
      : parts_(std::move(parts)),
        sessions_(parts_.session_key, parts_.secure_cookies ? SessionKeeper::Cookies::kSecure
                                                            : SessionKeeper::Cookies::kPlain),
        limits_(parts_.clock, {.requests_per_minute = parts_.requests_per_minute,
                               .guesses_per_minute = parts_.guesses_per_minute}) {}

  void answer(const HttpRequest& request, Respond respond) {
    auto answered = answered_now(request, respond);
    if (!answered) return respond(broken(answered.error()));
    if (*answered) respond(**std::move(answered));
  }

 private:
  // A request to a link that leads somewhere.
  struct Visit {
    const HttpRequest& request;
    std::string token;
    FormInput query;
    OpenForm open;
    FormTemplate form;
    std::string language;  // one of the template's
    std::optional<FormSession> session;

    void speak(std::string_view wanted) {
      language = form.language(wanted.empty() ? std::string_view(open.request.language) : wanted);
    }
  };

  Result<Answered> answered_now(const HttpRequest& request, const Respond& respond);
  Result<Answered> page(const HttpRequest& request, const SitePath& path, const Respond& respond);
  Result<std::optional<Visit>> visit(const HttpRequest& request, const SitePath& path);
  HttpResponse stranger(const HttpRequest& request);
  HttpResponse done(const HttpRequest& request, const SitePath& path) const;

  HttpResponse locked(const Visit& visit, WallTime until) const;
  struct Asked {
    int status = 200;
    DateParts given{};
    std::optional<Phrase> fault{};
    bool signed_out = false;
  };
  HttpResponse ask(const Visit& visit, const Asked& asked) const;
  Result<HttpResponse> take_date(const Visit& visit);
  Result<HttpResponse> count_wrong(const Visit& visit, const DateParts& given);

  struct Shown {
    int status = 200;
    std::span<const FieldFault> faults{};
    bool kept = false;
  };
  HttpResponse show(const Visit& visit, const FormInput& input, const Shown& shown) const;
  Result<HttpResponse> begin(const Visit& visit) const;
  Result<Answered> take_answers(Visit& visit, const Respond& respond);
  Result<Answered> act_on(Visit& visit, const FormInput& input, std::string_view act,
                          const Respond& respond);
  Answered submit(Visit& visit, const FormInput& input, const Respond& respond);
  HttpResponse complete(Submission submission, const std::string& token);

  bool is_opened(const Visit& visit) const {
    return visit.session && visit.session->state == SessionState::kOpened &&
           lasts(*visit.session, parts_.clock.now());
  }
  std::chrono::sys_seconds now_in_seconds() const {
    return std::chrono::floor<std::chrono::seconds>(parts_.clock.now());
  }
  // The same answer with the session as it is from now on.
  HttpResponse with_session(HttpResponse answer, std::string_view token,
                            FormSession session) const {
    session.seen = now_in_seconds();
    answer.fields.emplace_back("set-cookie", sessions_.cookie(token, session));
    return answer;
  }

  const FormSiteParts parts_;
  const SessionKeeper sessions_;
  SiteLimits limits_;
};

// ---- routes -------------------------------------------------------------------------------------

Result<Answered> FormSite::Impl::answered_now(const HttpRequest& request, const Respond& respond) {
  std::string_view rest = request.target;
  rest = rest.substr(0, rest.find('?'));
  rest.remove_prefix(std::min(rest.size(), kFormSitePath.size()));
  if (reads(request.method))
    if (auto file = site_file(rest, request.fields)) return file;
  if (const auto wait = limits_.ask(request.network)) return too_often(*wait);
  const auto path = site_path(rest);
  if (!path) return stranger(request);
  if (!allows(path->page, request.method)) return not_allowed(path->page);
  if (request.method == "POST") {
    if (!is_form(request.fields)) return refused(415);
    if (!is_from_here(request.fields)) return refused(403);
  }
  return page(request, *path, respond);
}

Result<Answered> FormSite::Impl::page(const HttpRequest& request, const SitePath& path,
                                      const Respond& respond) {
  if (path.page == SitePage::kDone) return done(request, path);
  TRY(auto visited, visit(request, path));
  if (!visited) return stranger(request);
  if (path.page == SitePage::kAnswers) {
    if (reads(request.method)) return see_other(address(path.token));
    return take_answers(*visited, respond);
  }
  if (request.method == "POST") return take_date(*visited);
  if (!is_opened(*visited)) return ask(*visited, {});
  return begin(*visited);
}

Result<std::optional<FormSite::Impl::Visit>> FormSite::Impl::visit(const HttpRequest& request,
                                                                   const SitePath& path) {
  TRY(auto open, parts_.book.open_form(link_hash(path.token)));
  if (!open) return std::optional<Visit>();
  TRY(auto form, parse_template(open->text));
  Visit out{.request = request,
            .token = path.token,
            .query = query_of(request),
            .open = *std::move(open),
            .form = std::move(form),
            .language = {},
            .session = sessions_.session(request.fields, path.token)};
  out.speak(out.query.text("lang"));
  return std::optional(std::move(out));
}

HttpResponse FormSite::Impl::stranger(const HttpRequest& request) {
  const auto wait = limits_.guess(request.network);
  return wait ? too_often(*wait) : not_valid();
}

HttpResponse FormSite::Impl::done(const HttpRequest& request, const SitePath& path) const {
  const auto session = sessions_.session(request.fields, path.token);
  if (!session || session->state != SessionState::kCompleted ||
      !lasts(*session, parts_.clock.now()))
    return not_valid();
  const auto query = query_of(request);
  const std::string_view language = primary(query.text("lang")) == "es" ? "es" : "en";
  return page_answer(200, notice_page({.language = language,
                                       .title = phrase(Phrase::kThanksTitle, language),
                                       .text = phrase(Phrase::kThanksText, language)}));
}

// ---- the date of birth --------------------------------------------------------------------------

HttpResponse FormSite::Impl::locked(const Visit& visit, WallTime until) const {
  const auto wait = until - parts_.clock.now();
  const auto minutes = std::chrono::ceil<std::chrono::minutes>(wait).count();
  const auto text =
      phrase(Phrase::kLockedText, visit.language, {std::to_string(std::max(minutes, 1L))});
  auto out = page_answer(429, notice_page({.language = visit.language,
                                           .title = phrase(Phrase::kLockedTitle, visit.language),
                                           .text = text}));
  out.fields.emplace_back(
      "retry-after",
      std::to_string(std::max(std::chrono::ceil<std::chrono::seconds>(wait).count(), 1L)));
  return out;
}

HttpResponse FormSite::Impl::ask(const Visit& visit, const Asked& asked) const {
  if (const auto until = locked_until(visit.open.request, parts_.clock.now()))
    return locked(visit, *until);
  return page_answer(asked.status, question_page({.token = visit.token,
                                                  .practice = visit.open.institution,
                                                  .languages = visit.form.languages,
                                                  .language = visit.language,
                                                  .given = asked.given,
                                                  .fault = asked.fault,
                                                  .signed_out = asked.signed_out}));
}

Result<HttpResponse> FormSite::Impl::take_date(const Visit& visit) {
  const auto now = parts_.clock.now();
  if (const auto until = locked_until(visit.open.request, now)) return locked(visit, *until);
  const auto sent = FormInput::of_body(visit.request.body);
  if (!sent) return refused(400);
  const auto given = sent_date(*sent, "birth");
  const auto date = joined(given);
  if (!real_date(date))
    return ask(visit, {.status = 422, .given = given, .fault = Phrase::kEnterDate});
  TRY(const auto patient, leaves_of(visit.open.patient));
  const auto born = plain_text(leaf(patient, "bio.date_of_birth"));
  if (!equal_in_constant_time(date, born)) return count_wrong(visit, given);
  if (visit.open.request.wrong_dates > 0)
    TRY_DO(parts_.book.forget_wrong_dates(visit.open.request));
  return with_session(see_other(address(visit.token, "?lang=" + visit.language)), visit.token,
                      {.begun = now_in_seconds()});
}

// The count is on disk before anybody hears of it.
Result<HttpResponse> FormSite::Impl::count_wrong(const Visit& visit, const DateParts& given) {
  TRY(const int in_a_row, parts_.book.count_wrong_date(visit.open.request));
  switch (wrong_date(in_a_row)) {
    case WrongDate::kEnds:
      TRY_DO(parts_.book.revoke(visit.open.request));
      return not_valid();
    case WrongDate::kLocks:
      return locked(visit, parts_.clock.now() + kDateLock);
    case WrongDate::kAgain:
      break;
  }
  return ask(visit, {.status = 422, .given = given, .fault = Phrase::kWrongDate});
}

// ---- the form -----------------------------------------------------------------------------------

HttpResponse FormSite::Impl::show(const Visit& visit, const FormInput& input,
                                  const Shown& shown) const {
  const auto html = form_page({.form = visit.form,
                               .input = input,
                               .faults = shown.faults,
                               .language = visit.language,
                               .token = visit.token,
                               .form_secret = sessions_.form_secret(visit.token, *visit.session),
                               .practice = visit.open.institution,
                               .place = visit.open.location,
                               .patient = full_name(visit.open.patient),
                               .kept = shown.kept});
  return with_session(page_answer(shown.status, html), visit.token, *visit.session);
}

Result<HttpResponse> FormSite::Impl::begin(const Visit& visit) const {
  TRY(const auto input, begun_input(visit.form, visit.open));
  return show(visit, input, {.kept = visit.query.has("kept")});
}

Result<Answered> FormSite::Impl::take_answers(Visit& visit, const Respond& respond) {
  const auto sent = FormInput::of_body(visit.request.body);
  if (!sent) return refused(400);
  if (!visit.session) return ask(visit, {.status = 403});
  const auto secret = sessions_.form_secret(visit.token, *visit.session);
  if (!equal_in_constant_time(sent->text("_secret"), secret)) return refused(403);
  visit.speak(sent->text("_lang"));
  return act_on(visit, page_input(visit.form, *sent), sent->text("_act"), respond);
}

// Whatever is to be done, nothing that was typed gets lost: a session that has ended may still give
// its answers, and is shown nothing for them.
Result<Answered> FormSite::Impl::act_on(Visit& visit, const FormInput& input, std::string_view act,
                                        const Respond& respond) {
  const auto draft = draft_of(visit.form, input);
  TRY(const bool kept, parts_.book.keep_draft(visit.open.request, draft.input.draft()));
  if (!kept) return stranger(visit.request);
  if (!is_opened(visit)) return ask(visit, {.status = 403, .signed_out = true});
  if (act == "submit") return submit(visit, input, respond);
  if (!draft.faults.empty()) return show(visit, input, {.status = 422, .faults = draft.faults});
  constexpr std::string_view kLanguage = "language-";
  const bool turns = act.starts_with(kLanguage);
  if (turns) visit.speak(act.substr(kLanguage.size()));
  const auto query = "?lang=" + visit.language + (turns ? "" : "&kept=1");
  return with_session(see_other(address(visit.token, query)), visit.token, *visit.session);
}

Answered FormSite::Impl::submit(Visit& visit, const FormInput& input, const Respond& respond) {
  auto filled = fill(visit.form, input);
  if (!filled.faults.empty()) return show(visit, input, {.status = 422, .faults = filled.faults});
  auto submission = std::make_shared<Submission>(
      Submission{.open = visit.open,
                 .form = visit.form,
                 .answers = std::move(filled.answers),
                 .language = visit.language,
                 .file_name = sessions_.name_for(visit.open.request.name),
                 .at = parts_.clock.now()});
  const bool taken = parts_.work([this, submission, token = visit.token, respond] {
    respond(complete(std::move(*submission), token));
  });
  if (taken) return std::nullopt;
  return with_session(not_now(visit.token, visit.language), visit.token, *visit.session);
}

HttpResponse FormSite::Impl::complete(Submission submission, const std::string& token) {
  const auto language = submission.language;
  const auto completed = complete_form(std::move(submission), parts_.book, parts_.source);
  if (!completed) {
    log_fault(completed.error());
    return not_now(token, language);
  }
  if (!*completed) return not_valid();
  return with_session(see_other(address(token, "/done?lang=" + language)), token,
                      {.state = SessionState::kCompleted, .begun = now_in_seconds()});
}

FormSite::FormSite(FormSiteParts parts) : impl_(std::make_unique<Impl>(std::move(parts))) {}
FormSite::~FormSite() = default;

void FormSite::answer(const HttpRequest& request, Respond respond) {
  impl_->answer(request, std::move(respond));
}

}  // namespace chartbell
