#include "forms/glyph_run.h"

#include <algorithm>
#include <iterator>

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
void GlyphRun::visit_glyphs(int begin, int end, Visit visit) const {
  double x = x_ + width_of(*item_->glyphs, 0, begin);
  for (int i = begin; i < end; ++i) {
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
  return glyphs(0, item_->glyphs->num_glyphs);
}

std::vector<cairo_glyph_t> GlyphRun::glyphs(int begin, int end) const {
  std::vector<cairo_glyph_t> out;
  visit_glyphs(begin, end, [&](const PangoGlyphInfo& info, double x) {
    if (is_gap(info.glyph)) return;
    out.push_back(
        {info.glyph, x + points(info.geometry.x_offset), y_ + points(info.geometry.y_offset)});
  });
  return out;
}

std::vector<cairo_rectangle_t> GlyphRun::gaps() const {
  std::vector<cairo_rectangle_t> out;
  visit_glyphs(0, item_->glyphs->num_glyphs, [&](const PangoGlyphInfo& info, double x) {
    const double width = points(info.geometry.width);
    if (is_gap(info.glyph)) out.push_back({x, y_ - width, width, width});
  });
  return out;
}

// Pango's iterator counts glyphs downwards where they are written from the right.
TextPiece GlyphRun::piece_of(const PangoGlyphItemIter& at) const {
  const bool backward = at.start_glyph > at.end_glyph;
  const int begin = backward ? at.end_glyph + 1 : at.start_glyph;
  const int end = backward ? at.start_glyph + 1 : at.end_glyph;
  const auto& all = *item_->glyphs;
  return {at.text + at.start_index, at.text + at.end_index, x_ + width_of(all, 0, begin),
          width_of(all, begin, end), glyphs(begin, end)};
}

std::vector<TextPiece> GlyphRun::pieces() const {
  std::vector<TextPiece> out;
  PangoGlyphItemIter at;
  for (auto more = pango_glyph_item_iter_init_start(&at, item_, text_); more != 0;
       more = pango_glyph_item_iter_next_cluster(&at)) {
    auto piece = piece_of(at);
    if (piece.width > 0 || out.empty()) {
      out.push_back(std::move(piece));
    } else {
      out.back().end = piece.end;
      std::ranges::move(piece.glyphs, std::back_inserter(out.back().glyphs));
    }
  }
  for (auto& piece : out) piece.width = std::max(piece.width, 0.1);
  return out;
}

void GlyphRun::show(cairo_t* context) const {
  cairo_move_to(context, x_, y_);
  pango_cairo_show_glyph_item(context, text_, item_);
}

}  // namespace chartbell
