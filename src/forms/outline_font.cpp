#include "forms/outline_font.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace chartbell {
namespace {

// Of each glyph, in ems. Poppler takes a Type 3 font's size for right where letters have this one;
// wider and narrower characters are the same glyph stretched.
constexpr double kAdvance = 0.5;
// What a character's width is rounded to, in ems: Cairo makes a font of the PDF for each.
constexpr double kWidthStep = 0.04;

const cairo_user_data_key_t kGlyphs{};

double letter_size(cairo_scaled_font_t* font) {
  cairo_matrix_t matrix;
  cairo_scaled_font_get_font_matrix(font, &matrix);
  return matrix.yy;
}

int width_in_steps(double ems) {
  return std::max(static_cast<int>(std::lround(ems / kWidthStep)), 1);
}

double stretch_of(int steps) {
  return steps * kWidthStep / kAdvance;
}

}  // namespace

// What a glyph draws, in points from its place.
struct OutlineFont::Outline {
  Handle<cairo_scaled_font_t> font;
  std::vector<cairo_glyph_t> glyphs;
  double stretch = 1;  // of the font that it will be drawn in
};

struct OutlineFont::Glyphs {
  std::vector<Outline> outlines;  // by our number
  std::map<std::string, unsigned long> known;
};

// Characters of one width.
struct OutlineFont::Batch {
  int steps = 0;
  std::string text;
  std::vector<cairo_glyph_t> glyphs;
  std::vector<cairo_text_cluster_t> clusters;
};

OutlineFont::OutlineFont() : face_(cairo_user_font_face_create()), glyphs_(new Glyphs) {
  cairo_user_font_face_set_render_glyph_func(face_.get(), render);
  cairo_font_face_set_user_data(face_.get(), &kGlyphs, glyphs_, destroy);
}

void OutlineFont::destroy(void* glyphs) {
  delete static_cast<Glyphs*>(glyphs);
}

cairo_status_t OutlineFont::render(cairo_scaled_font_t* font, unsigned long glyph, cairo_t* context,
                                   cairo_text_extents_t* extents) {
  const auto* glyphs = static_cast<const Glyphs*>(
      cairo_font_face_get_user_data(cairo_scaled_font_get_font_face(font), &kGlyphs));
  if (glyph >= glyphs->outlines.size()) return CAIRO_STATUS_INVALID_INDEX;
  extents->x_advance = kAdvance;
  const auto& outline = glyphs->outlines[glyph];
  if (outline.glyphs.empty()) {
    extents->width = kAdvance;
    extents->height = 1;
    extents->y_bearing = -1;
    return CAIRO_STATUS_SUCCESS;
  }
  const double size = letter_size(outline.font.get());
  cairo_scale(context, 1 / (size * outline.stretch), 1 / size);
  cairo_set_scaled_font(context, outline.font.get());
  cairo_glyph_path(context, outline.glyphs.data(), static_cast<int>(outline.glyphs.size()));
  cairo_fill(context);
  return CAIRO_STATUS_SUCCESS;
}

unsigned long OutlineFont::glyph_of(const OutlinedCharacter& character, cairo_scaled_font_t* drawn,
                                    double y, int steps) {
  auto outline = character.outline;
  std::string key(character.text);
  for (auto& glyph : outline) {
    glyph.x -= character.x;
    glyph.y -= y;
    char place[96];
    std::snprintf(place, sizeof place, " %p %d %lu %.2f %.2f", static_cast<void*>(drawn), steps,
                  glyph.index, glyph.x, glyph.y);
    key += place;
  }
  const auto [found, is_new] = glyphs_->known.try_emplace(key, glyphs_->outlines.size());
  if (is_new)
    glyphs_->outlines.push_back({Handle<cairo_scaled_font_t>(cairo_scaled_font_reference(drawn)),
                                 std::move(outline), stretch_of(steps)});
  return found->second;
}

void OutlineFont::write(cairo_t* context, std::span<const OutlinedCharacter> characters,
                        cairo_scaled_font_t* drawn, double y) {
  const double size = letter_size(drawn);
  Batch batch;
  for (const auto& character : characters) {
    const int steps = width_in_steps(character.width / size);
    if (steps != batch.steps) {
      show(context, batch, size);
      batch = {.steps = steps};
    }
    batch.text += character.text;
    batch.glyphs.push_back({glyph_of(character, drawn, y, steps), character.x, y});
    batch.clusters.push_back({static_cast<int>(character.text.size()), 1});
  }
  show(context, batch, size);
}

void OutlineFont::show(cairo_t* context, const Batch& batch, double size) {
  if (batch.glyphs.empty()) return;
  cairo_matrix_t stretched;
  cairo_matrix_init_scale(&stretched, stretch_of(batch.steps) * size, size);
  cairo_set_font_face(context, face_.get());
  cairo_set_font_matrix(context, &stretched);
  cairo_show_text_glyphs(context, batch.text.data(), static_cast<int>(batch.text.size()),
                         batch.glyphs.data(), static_cast<int>(batch.glyphs.size()),
                         batch.clusters.data(), static_cast<int>(batch.clusters.size()), {});
}

}  // namespace chartbell
