#include "app/dashboard_site.h"

#include <algorithm>

#include "base/ascii.h"

namespace chartbell {
namespace {

constexpr std::string_view kFolder = "/app/";

// Nothing but files of this server, nothing inline, in no frame (W3C Content Security Policy 3).
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

HttpFields guarded() {
  return {{"content-security-policy", std::string(kPolicy)},
          {"x-content-type-options", "nosniff"},
          {"x-frame-options", "DENY"},
          {"referrer-policy", "no-referrer"},
          {"cross-origin-opener-policy", "same-origin"},
          {"permissions-policy", "camera=(), microphone=(), geolocation=()"}};
}

HttpResponse answer_with(int status, std::string text) {
  HttpResponse out{.status = status, .fields = guarded(), .body = std::move(text)};
  out.fields.emplace_back("content-type", "text/plain; charset=utf-8");
  return out;
}

std::string_view path_of(std::string_view target) {
  return target.substr(0, target.find('?'));
}

const DashboardFile* find(std::string_view name) {
  const auto files = dashboard_files();
  const auto found = std::ranges::find(files, name, &DashboardFile::name);
  return found == files.end() ? nullptr : &*found;
}

// Names of assets tell their content, so they never change; the page that names them may.
HttpResponse file_answer(const HttpRequest& request, const DashboardFile& file) {
  const bool forever = file.name.starts_with("assets/");
  const auto tag = '"' + std::string(file.tag) + '"';
  HttpResponse out{.status = 200, .fields = guarded(), .body = {}};
  out.fields.emplace_back("content-type", file.type);
  out.fields.emplace_back("etag", tag);
  out.fields.emplace_back("vary", "accept-encoding");
  out.fields.emplace_back("cache-control",
                          forever ? "public, max-age=31536000, immutable" : "no-cache");
  if (field(request.fields, "if-none-match") == tag) {
    out.status = 304;
    return out;
  }
  const auto accepts = field(request.fields, "accept-encoding").value_or("");
  const bool packed = accepts.find("gzip") != std::string_view::npos;
  if (packed) out.fields.emplace_back("content-encoding", "gzip");
  out.body = packed ? file.packed : file.plain;
  return out;
}

}  // namespace

bool is_dashboard(std::string_view target) {
  const auto path = path_of(target);
  return path == "/" || path == "/app" || path.starts_with(kFolder);
}

HttpResponse dashboard_answer(const HttpRequest& request) {
  if (request.method != "GET" && request.method != "HEAD") {
    auto out = answer_with(405, "Only GET and HEAD\n");
    out.fields.emplace_back("allow", "GET, HEAD");
    return out;
  }
  if (dashboard_files().empty())
    return answer_with(404, "This program was built without its dashboard\n");
  const auto path = path_of(request.target);
  if (!path.starts_with(kFolder)) {
    auto out = answer_with(302, "");
    out.fields.emplace_back("location", kFolder);
    return out;
  }
  const auto name = path.substr(kFolder.size());
  if (const auto* file = find(name)) return file_answer(request, *file);
  if (name.starts_with("assets/")) return answer_with(404, "No such file\n");
  return file_answer(request, *find("index.html"));
}

}  // namespace chartbell
