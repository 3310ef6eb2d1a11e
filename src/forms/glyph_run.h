// GlyphRun: a part of a line in one font and one direction, as Pango has shaped it.
#pragma once

#include <vector>

#include "forms/pango_handles.h"

namespace chartbell {

// Characters that are drawn as one, and where: at least one character, and some width.
struct TextPiece {
  const char* begin;
  const char* end;
  double x;
  double width;
  std::vector<cairo_glyph_t> glyphs;  // those that the font has
};

// A view of a line, which outlives it.
class GlyphRun {
 public:
  // `text` is the layout's; `x` and `y` are where the run begins, on its line.
  GlyphRun(PangoGlyphItem* item, const char* text, double x, double y)
      : item_(item), text_(text), x_(x), y_(y) {}

  // Of a line at (x, y), in the order in which they are read.
  static std::vector<GlyphRun> of_line(PangoLayoutLine* line, double x, double y);

  cairo_scaled_font_t* font() const;
  double y() const { return y_; }
  bool from_right() const { return item_->item->analysis.level % 2 == 1; }
  bool is_pictures() const;
  // From the left, and a glyph for each character or for several: no character has several glyphs.
  bool is_plain() const;

  std::vector<cairo_glyph_t> glyphs() const;  // those that the font has
  // Where it has none for a character.
  std::vector<cairo_rectangle_t> gaps() const;
  // In the order in which they are read. What has no width of its own is part of what is before it.
  std::vector<TextPiece> pieces() const;
  // As Cairo and Pango do it, with its text.
  void show(cairo_t* context) const;

 private:
  template <class Visit>
  void visit_glyphs(int begin, int end, Visit visit) const;
  std::vector<cairo_glyph_t> glyphs(int begin, int end) const;
  TextPiece piece_of(const PangoGlyphItemIter& at) const;

  PangoGlyphItem* item_;
  const char* text_;
  double x_;
  double y_;
};

}  // namespace chartbell
