#include "forms/ghost_text.h"

#include <algorithm>
#include <cmath>

namespace chartbell {
namespace {

// Of each glyph, in ems. Poppler takes a Type 3 font's size for right where letters have this one.
constexpr double kAdvance = 0.5;
// Widths are rounded to this, in ems: Cairo makes a font of the PDF for each.
constexpr double kWidthStep = 0.04;

double rounded(double ems) {
  return std::max(std::round(ems / kWidthStep), 1.0) * kWidthStep;
}

cairo_status_t draw_nothing(cairo_scaled_font_t* /*font*/, unsigned long /*glyph*/,
                            cairo_t* /*context*/, cairo_text_extents_t* extents) {
  extents->x_advance = kAdvance;
  extents->width = kAdvance;
  extents->y_bearing = -1;
  extents->height = 1;
  return CAIRO_STATUS_SUCCESS;
}

}  // namespace

GhostText::GhostText() : font_(cairo_user_font_face_create()) {
  cairo_user_font_face_set_render_glyph_func(font_.get(), draw_nothing);
}

void GhostText::write(cairo_t* context, const TextPiece& piece, Reading reading, double y,
                      double size) {
  const auto count = g_utf8_strlen(piece.begin, piece.end - piece.begin);
  const double width = piece.width / static_cast<double>(count);
  cairo_matrix_t stretched;
  cairo_matrix_init_scale(&stretched, rounded(width / size) * size / kAdvance, size);
  cairo_set_font_face(context, font_.get());
  cairo_set_font_matrix(context, &stretched);
  const char* at = piece.begin;
  for (glong i = 0; i < count; ++i, at = g_utf8_next_char(at)) {
    const auto column = reading == Reading::kFromLeft ? i : count - 1 - i;
    const cairo_glyph_t glyph{g_utf8_get_char(at), piece.x + width * static_cast<double>(column),
                              y};
    const int bytes = static_cast<int>(g_utf8_next_char(at) - at);
    const cairo_text_cluster_t cluster{bytes, 1};
    cairo_show_text_glyphs(context, at, bytes, &glyph, 1, &cluster, 1, {});
  }
}

}  // namespace chartbell
