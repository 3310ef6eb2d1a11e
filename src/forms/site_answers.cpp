#include "forms/site_answers.h"

#include "base/ascii.h"

namespace chartbell {

HttpFields guarded_fields() {
  return {{"content-security-policy",
           "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
           "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
          {"referrer-policy", "no-referrer"},
          {"x-content-type-options", "nosniff"},
          {"x-frame-options", "DENY"},
          {"cross-origin-opener-policy", "same-origin"},
          {"cross-origin-resource-policy", "same-origin"},
          {"permissions-policy",
           "camera=(), microphone=(), geolocation=(), payment=(), usb=(), clipboard-read=()"},
          {"x-robots-tag", "noindex, nofollow"}};
}

HttpResponse page_answer(int status, std::string html) {
  HttpResponse out{.status = status, .fields = guarded_fields(), .body = std::move(html)};
  out.fields.emplace_back("content-type", "text/html; charset=utf-8");
  out.fields.emplace_back("cache-control", "no-store");
  return out;
}

HttpResponse see_other(std::string location) {
  auto out = page_answer(303, {});
  out.fields.emplace_back("location", std::move(location));
  return out;
}

bool is_from_here(const HttpFields& fields) {
  if (const auto site = field(fields, "sec-fetch-site")) return site == "same-origin";
  const auto origin = field(fields, "origin");
  // A page without a referrer policy says its origin; ours has one, and is "null" (Fetch §3.2).
  if (!origin || origin == "null") return true;
  const auto scheme = origin->find("://");
  if (scheme == std::string_view::npos) return false;
  return equal_ignoring_case(origin->substr(scheme + 3), field(fields, "host").value_or(""));
}

bool is_form(const HttpFields& fields) {
  const auto type = field(fields, "content-type").value_or("");
  return equal_ignoring_case(type.substr(0, type.find_first_of("; ")),
                             "application/x-www-form-urlencoded");
}

}  // namespace chartbell
