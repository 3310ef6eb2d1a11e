// TextPainter: draws lines so that their text can be had back from the PDF: found, copied, read
// aloud. Where each glyph stands for its own characters, from the left, Cairo's way is enough: the
// glyphs of a font that is embedded, with their characters (ISO 32000-1 §9.10.3, ToUnicode).
// Elsewhere readers turn, double or lack the text, and it is written in an OutlineFont:
//   - from the right they turn the characters of a glyph that stands for several;
//   - a character of several glyphs has ActualText, which most of them pass over;
//   - emoji are pictures, to which Cairo 1.16 gives no text, and for some characters there is no
//     font.
#pragma once

#include <map>
#include <utility>

#include "forms/glyph_run.h"
#include "forms/outline_font.h"

namespace chartbell {

// Of one document, whose context outlives it.
class TextPainter {
 public:
  explicit TextPainter(cairo_t* context) : context_(context) {}

  // In the context's colour. `x` is the line's left edge, `y` its baseline.
  void paint(PangoLayoutLine* line, double x, double y);

 private:
  void paint(const GlyphRun& run);
  void paint_gaps(const GlyphRun& run);
  void paint_pictures(const GlyphRun& run);
  struct Picture {
    Handle<cairo_scaled_font_t> font;
    Handle<cairo_surface_t> image;
  };
  cairo_surface_t* picture(cairo_scaled_font_t* font, const cairo_text_extents_t& extents,
                           unsigned long glyph);

  cairo_t* context_;
  OutlineFont outlines_;
  // Each once in the document, however often it is drawn. Their fonts are held.
  std::map<std::pair<cairo_scaled_font_t*, unsigned long>, Picture> pictures_;
};

}  // namespace chartbell
