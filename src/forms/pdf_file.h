// PdfFile: pages that are drawn on one after the other, and what a PDF says of itself (ISO 32000-1
// §14.3, §14.8).
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "forms/pango_handles.h"

namespace chartbell {

struct PdfFacts {
  std::string title;
  std::string author;
  std::string language;  // a tag (BCP 47)
  WallTime created_at;
  double width = 0;  // points
  double height = 0;
};

class PdfFile {
 public:
  explicit PdfFile(const PdfFacts& facts);
  PdfFile(const PdfFile&) = delete;
  PdfFile& operator=(const PdfFile&) = delete;

  cairo_t* context() const { return context_.get(); }
  // "H1", "P", …: what is drawn until it is closed is one. Not across pages.
  void open_tag(const char* name) { cairo_tag_begin(context(), name, nullptr); }
  void close_tag(const char* name) { cairo_tag_end(context(), name); }
  // Names a place of this page in the document's outline.
  void add_bookmark(const std::string& title, double y);
  void end_page();

  // The bytes. kInternal where Cairo has failed, with its words. Nothing may be drawn afterwards.
  Result<std::string> finish();

 private:
  static cairo_status_t append(void* out, const unsigned char* bytes, unsigned int size);

  std::string bytes_;  // outlives what writes into it
  Handle<cairo_surface_t> surface_;
  Handle<cairo_t> context_;
  const std::string language_;
  int page_ = 1;
};

}  // namespace chartbell
