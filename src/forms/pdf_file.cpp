#include "forms/pdf_file.h"

#include <cairo-pdf.h>

#include "base/time_text.h"
#include "forms/pdf_catalog.h"

namespace chartbell {
namespace {

constexpr const char* kWhole = "Document";

// Cairo reads no fractions of seconds.
std::string whole_seconds(WallTime time) {
  const auto text = to_text(time);
  return text.substr(0, text.find('.')) + "Z";
}

}  // namespace

cairo_status_t PdfFile::append(void* out, const unsigned char* bytes, unsigned int size) {
  static_cast<std::string*>(out)->append(reinterpret_cast<const char*>(bytes), size);
  return CAIRO_STATUS_SUCCESS;
}

PdfFile::PdfFile(const PdfFacts& facts)
    : surface_(cairo_pdf_surface_create_for_stream(append, &bytes_, facts.width, facts.height)),
      context_(cairo_create(surface_.get())),
      language_(facts.language) {
  auto* surface = surface_.get();
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, facts.title.c_str());
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR, facts.author.c_str());
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Chartbell");
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE,
                                 whole_seconds(facts.created_at).c_str());
  open_tag(kWhole);
}

void PdfFile::add_bookmark(const std::string& title, double y) {
  const auto place =
      "page=" + std::to_string(page_) + " pos=[0 " + std::to_string(static_cast<int>(y)) + "]";
  cairo_pdf_surface_add_outline(surface_.get(), CAIRO_PDF_OUTLINE_ROOT, title.c_str(),
                                place.c_str(), {});
}

void PdfFile::end_page() {
  cairo_show_page(context());
  ++page_;
}

Result<std::string> PdfFile::finish() {
  close_tag(kWhole);
  const auto drawn = cairo_status(context());
  cairo_surface_finish(surface_.get());
  const auto written = cairo_surface_status(surface_.get());
  const auto status = drawn != CAIRO_STATUS_SUCCESS ? drawn : written;
  if (status != CAIRO_STATUS_SUCCESS)
    return failure(Code::kInternal,
                   std::string("a form on paper: ") + cairo_status_to_string(status));
  return with_language(std::move(bytes_), language_);
}

}  // namespace chartbell
