#include "forms/text_painter.h"

#include <cmath>

namespace chartbell {
namespace {

constexpr double kPixelsPerPoint = 6;

// Those of a piece share its width, in the direction in which they are read. The first one draws
// what there is to draw.
void append_characters(std::vector<OutlinedCharacter>& out, TextPiece piece, bool from_right) {
  const auto count = g_utf8_strlen(piece.begin, piece.end - piece.begin);
  const double width = piece.width / static_cast<double>(count);
  const char* at = piece.begin;
  for (glong i = 0; i < count; ++i) {
    const char* next = g_utf8_next_char(at);
    const auto column = static_cast<double>(from_right ? count - 1 - i : i);
    out.push_back({{at, static_cast<std::size_t>(next - at)},
                   piece.x + width * column,
                   width,
                   i == 0 ? std::move(piece.glyphs) : std::vector<cairo_glyph_t>()});
    at = next;
  }
}

}  // namespace

void TextPainter::paint(PangoLayoutLine* line, double x, double y) {
  for (const auto& run : GlyphRun::of_line(line, x, y)) paint(run);
}

void TextPainter::paint(const GlyphRun& run) {
  if (run.is_plain()) return run.show(context_);
  const bool pictures = run.is_pictures();
  if (pictures) paint_pictures(run);
  paint_gaps(run);
  std::vector<OutlinedCharacter> characters;
  for (auto& piece : run.pieces()) {
    if (pictures) piece.glyphs.clear();
    append_characters(characters, std::move(piece), run.from_right());
  }
  outlines_.write(context_, characters, run.font(), run.y());
}

void TextPainter::paint_gaps(const GlyphRun& run) {
  cairo_set_line_width(context_, 0.5);
  for (const auto& gap : run.gaps())
    cairo_rectangle(context_, gap.x + 1, gap.y + 1, gap.width - 2, gap.height - 2);
  cairo_stroke(context_);
}

void TextPainter::paint_pictures(const GlyphRun& run) {
  for (const auto& glyph : run.glyphs()) {
    cairo_text_extents_t extents;
    cairo_scaled_font_glyph_extents(run.font(), &glyph, 1, &extents);
    if (extents.width <= 0 || extents.height <= 0) continue;
    cairo_save(context_);
    cairo_translate(context_, glyph.x + extents.x_bearing, glyph.y + extents.y_bearing);
    cairo_scale(context_, 1 / kPixelsPerPoint, 1 / kPixelsPerPoint);
    cairo_set_source_surface(context_, picture(run.font(), extents, glyph.index), 0, 0);
    cairo_paint(context_);
    cairo_restore(context_);
  }
}

cairo_surface_t* TextPainter::picture(cairo_scaled_font_t* font,
                                      const cairo_text_extents_t& extents, unsigned long glyph) {
  auto& kept = pictures_[{font, glyph}];
  if (kept.image) return kept.image.get();
  kept.font.reset(cairo_scaled_font_reference(font));
  kept.image.reset(cairo_image_surface_create(
      CAIRO_FORMAT_ARGB32, static_cast<int>(std::ceil(extents.width * kPixelsPerPoint)),
      static_cast<int>(std::ceil(extents.height * kPixelsPerPoint))));
  const Handle<cairo_t> drawing(cairo_create(kept.image.get()));
  cairo_scale(drawing.get(), kPixelsPerPoint, kPixelsPerPoint);
  cairo_set_scaled_font(drawing.get(), font);
  const cairo_glyph_t at_origin{glyph, -extents.x_bearing, -extents.y_bearing};
  cairo_show_glyphs(drawing.get(), &at_origin, 1);
  return kept.image.get();
}

}  // namespace chartbell
