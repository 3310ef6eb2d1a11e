// The API's document and the page that shows it: open to everybody, the same for all.
#include <algorithm>

#include "api/answer.h"
#include "api/docs_page.h"
#include "api/openapi.h"
#include "api/routes.h"
#include "base/crypto.h"
#include "base/encoding.h"

namespace chartbell {
namespace {

// A text that never changes while the process runs.
struct Unchanging {
  std::string type;
  std::string text;
  std::string tag;
};

Unchanging unchanging(std::string_view type, std::string_view text) {
  return {.type = std::string(type),
          .text = std::string(text),
          .tag = '"' + to_hex(sha256(text)).substr(0, 32) + '"'};
}

// Nothing but our own files, and nothing inline: a text of the document that were script would not
// run (W3C Content Security Policy 3).
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

HttpResponse answer_with(const Call& call, const Unchanging& what) {
  HttpResponse out{.status = 200,
                   .fields = {{"content-type", what.type},
                              {"etag", what.tag},
                              {"cache-control", "public, max-age=300"},
                              {"x-content-type-options", "nosniff"},
                              {"referrer-policy", "no-referrer"},
                              {"content-security-policy", std::string(kPolicy)}},
                   .body = {}};
  if (field(call.request.fields, "if-none-match") == what.tag)
    out.status = 304;
  else
    out.body = what.text;
  return out;
}

Unchanging page_file(std::string_view type, std::string_view name) {
  return unchanging(type, std::ranges::find(docs_files(), name, &DocsFile::name)->text);
}

Result<HttpResponse> document(ApiParts&, Call& call) {
  static const auto kDocument = unchanging("application/json", openapi_document(all_routes()));
  return answer_with(call, kDocument);
}

Result<HttpResponse> page(ApiParts&, Call& call) {
  static const auto kPage = page_file("text/html; charset=utf-8", "page.html");
  return answer_with(call, kPage);
}

Result<HttpResponse> page_style(ApiParts&, Call& call) {
  static const auto kStyle = page_file("text/css; charset=utf-8", "page.css");
  return answer_with(call, kStyle);
}

Result<HttpResponse> page_script(ApiParts&, Call& call) {
  static const auto kScript = page_file("text/javascript; charset=utf-8", "page.js");
  return answer_with(call, kScript);
}

constexpr Route kRoutes[] = {
    {"GET", "/openapi.json", Access::kOpen, document},
    {"GET", "/docs", Access::kOpen, page},
    {"GET", "/docs/page.css", Access::kOpen, page_style},
    {"GET", "/docs/page.js", Access::kOpen, page_script},
};

}  // namespace

std::span<const Route> openapi_routes() {
  return kRoutes;
}

}  // namespace chartbell
