// OutlineFont: a font that is made while it is used, for text that can be had back from a PDF
// character by character, whatever is drawn for it.
//
// It is a font of Cairo's kind "user", which is embedded as Type 3. Each of its glyphs is one
// character (ToUnicode); it draws the outlines of another font's glyphs, or nothing.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "forms/pango_handles.h"

namespace chartbell {

// A character, where a reader is to find it, and what is drawn for it, in page coordinates.
struct OutlinedCharacter {
  std::string_view text;
  double x = 0;  // of its left edge
  double width = 0;
  std::vector<cairo_glyph_t> outline;
};

// Of one document. What is drawn stays until the document is finished, which may be after this is
// gone.
class OutlineFont {
 public:
  OutlineFont();

  // In the context's colour and in this order. The outlines are `drawn`'s; `y` is the baseline.
  void write(cairo_t* context, std::span<const OutlinedCharacter> characters,
             cairo_scaled_font_t* drawn, double y);

 private:
  struct Outline;
  struct Glyphs;
  struct Batch;
  static void destroy(void* glyphs);
  static cairo_status_t render(cairo_scaled_font_t* font, unsigned long glyph, cairo_t* context,
                               cairo_text_extents_t* extents);
  unsigned long glyph_of(const OutlinedCharacter& character, cairo_scaled_font_t* drawn, double y,
                         int steps);
  void show(cairo_t* context, const Batch& batch, double size);

  Handle<cairo_font_face_t> face_;
  Glyphs* glyphs_;  // the face's
};

}  // namespace chartbell
