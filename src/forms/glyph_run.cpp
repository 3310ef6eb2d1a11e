#include "forms/glyph_run.h"

#include <algorithm>

#include <hb-ot.h>
#include <pango/pangocairo.h>

namespace chartbell {
namespace {

double points(int pango_units) {
  return static_cast<double>(pango_units) / PANGO_SCALE;
}

double width_of(const PangoGlyphString& glyphs, int begin, int end) {
  int out = 0;
  for (int i = begin; i < end; ++i) out += glyphs.glyphs[i].geometry.width;
  return points(out);
}

bool is_gap(PangoGlyph glyph) {
  return glyph != PANGO_GLYPH_EMPTY && (glyph & PANGO_GLYPH_UNKNOWN_FLAG) != 0;
}

// Pango's iterator counts glyphs downwards where they are written from the right.
TextPiece piece_of(const PangoGlyphItemIter& at, double run_x) {
  const bool backward = at.start_glyph > at.end_glyph;
  const int begin = backward ? at.end_glyph + 1 : at.start_glyph;
  const int end = backward ? at.start_glyph + 1 : at.end_glyph;
  const auto& glyphs = *at.glyph_item->glyphs;
  return {at.text + at.start_index, at.text + at.end_index, run_x + width_of(glyphs, 0, begin),
          width_of(glyphs, begin, end)};
}

}  // namespace

std::vector<GlyphRun> GlyphRun::of_line(PangoLayoutLine* line, double x, double y) {
  std::vector<GlyphRun> out;
  const char* text = pango_layout_get_text(line->layout);
  for (const auto* run = line->runs; run != nullptr; run = run->next) {
    auto* item = static_cast<PangoGlyphItem*>(run->data);
    out.emplace_back(item, text, x, y);
    x += width_of(*item->glyphs, 0, item->glyphs->num_glyphs);
  }
  std::ranges::sort(out, {}, [](const GlyphRun& run) { return run.item_->item->offset; });
  return out;
}

template <class Visit>
void GlyphRun::visit_glyphs(Visit visit) const {
  double x = x_;
  for (int i = 0; i < item_->glyphs->num_glyphs; ++i) {
    const auto& info = item_->glyphs->glyphs[i];
    if (info.glyph != PANGO_GLYPH_EMPTY) visit(info, x);
    x += points(info.geometry.width);
  }
}

cairo_scaled_font_t* GlyphRun::font() const {
  return pango_cairo_font_get_scaled_font(PANGO_CAIRO_FONT(item_->item->analysis.font));
}

bool GlyphRun::is_pictures() const {
  auto* face = hb_font_get_face(pango_font_get_hb_font(item_->item->analysis.font));
  return hb_ot_color_has_png(face) != 0 || hb_ot_color_has_layers(face) != 0 ||
         hb_ot_color_has_svg(face) != 0;
}

bool GlyphRun::is_plain() const {
  if (from_right() || is_pictures()) return false;
  const auto& all = *item_->glyphs;
  for (int i = 0; i < all.num_glyphs; ++i)
    if (is_gap(all.glyphs[i].glyph) || all.glyphs[i].attr.is_cluster_start == 0) return false;
  return true;
}

std::vector<cairo_glyph_t> GlyphRun::glyphs() const {
  std::vector<cairo_glyph_t> out;
  visit_glyphs([&](const PangoGlyphInfo& info, double x) {
    if (is_gap(info.glyph)) return;
    out.push_back(
        {info.glyph, x + points(info.geometry.x_offset), y_ + points(info.geometry.y_offset)});
  });
  return out;
}

std::vector<cairo_rectangle_t> GlyphRun::gaps() const {
  std::vector<cairo_rectangle_t> out;
  visit_glyphs([&](const PangoGlyphInfo& info, double x) {
    const double width = points(info.geometry.width);
    if (is_gap(info.glyph)) out.push_back({x, y_ - width, width, width});
  });
  return out;
}

std::vector<TextPiece> GlyphRun::pieces() const {
  std::vector<TextPiece> out;
  PangoGlyphItemIter at;
  for (auto more = pango_glyph_item_iter_init_start(&at, item_, text_); more != 0;
       more = pango_glyph_item_iter_next_cluster(&at)) {
    const auto piece = piece_of(at, x_);
    if (piece.width > 0 || out.empty())
      out.push_back(piece);
    else
      out.back().end = piece.end;
  }
  for (auto& piece : out) piece.width = std::max(piece.width, 0.1);
  return out;
}

void GlyphRun::show(cairo_t* context) const {
  cairo_move_to(context, x_, y_);
  pango_cairo_show_glyph_item(context, text_, item_);
}

}  // namespace chartbell
