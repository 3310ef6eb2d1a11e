// DashboardSite: the operator's pages, built from web/ and embedded. Files alone: what they show
// and do they ask the API for, as the session that has signed in.
#pragma once

#include <span>
#include <string_view>

#include "model/http_message.h"

namespace chartbell {

struct DashboardFile {
  std::string_view name;  // "assets/index-….js"
  std::string_view type;
  std::string_view tag;  // of the content
  std::string_view plain;
  std::string_view packed;  // gzip
};
// Made when the pages are built; empty in a program without them.
std::span<const DashboardFile> dashboard_files();

// "/", and all below "/app/". A path without a file is a view of the one page.
bool is_dashboard(std::string_view target);
// GET and HEAD; 405 else.
HttpResponse dashboard_answer(const HttpRequest& request);

}  // namespace chartbell
