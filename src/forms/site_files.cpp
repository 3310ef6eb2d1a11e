#include "forms/site_files.h"

#include <algorithm>

#include "base/crypto.h"
#include "base/encoding.h"
#include "forms/site_answers.h"

namespace chartbell {
namespace {

std::string_view media_type_of(std::string_view name) {
  if (name.ends_with(".css")) return "text/css; charset=utf-8";
  if (name.ends_with(".js")) return "text/javascript; charset=utf-8";
  return "image/svg+xml";
}

}  // namespace

std::optional<HttpResponse> site_file(std::string_view name, const HttpFields& fields) {
  const auto files = site_files();
  const auto found = std::ranges::find(files, name, &SiteFile::name);
  if (found == files.end()) return std::nullopt;
  const auto tag = '"' + to_hex(sha256(found->text)).substr(0, 32) + '"';
  HttpResponse out{.status = 200, .fields = guarded_fields(), .body = {}};
  out.fields.emplace_back("content-type", media_type_of(name));
  out.fields.emplace_back("etag", tag);
  out.fields.emplace_back("cache-control", "public, max-age=300");
  if (field(fields, "if-none-match") == tag)
    out.status = 304;
  else
    out.body = found->text;
  return out;
}

}  // namespace chartbell
