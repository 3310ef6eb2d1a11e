#include "forms/typesetter.h"

#include <pango/pangocairo.h>

namespace chartbell {
namespace {

// Those that fit each other, before what Fontconfig finds for a script.
constexpr const char* kFamilies =
    "Noto Sans, Noto Sans Arabic, Noto Sans Hebrew, DejaVu Sans, sans-serif";

bool is_kana(gunichar c) {
  return (c >= 0x3040 && c < 0x3100) || (c >= 0x31f0 && c < 0x3200);
}
bool is_hangul(gunichar c) {
  return (c >= 0x1100 && c < 0x1200) || (c >= 0xac00 && c < 0xd7b0);
}
bool is_han(gunichar c) {
  return (c >= 0x3400 && c < 0xa000) || (c >= 0x20000 && c < 0x32000);
}

// Chinese, Japanese and Korean have characters in common that each draws in another way. Nothing
// where there are none of theirs.
const char* language_of(const char* text) {
  const char* out = nullptr;
  for (; *text != '\0'; text = g_utf8_next_char(text)) {
    const auto c = g_utf8_get_char(text);
    if (is_kana(c)) return "ja";
    if (is_hangul(c)) return "ko";
    if (is_han(c)) out = "zh-cn";
  }
  return out;
}

double points(int pango_units) {
  return static_cast<double>(pango_units) / PANGO_SCALE;
}

// Metrics that are rounded to a screen's pixels have no place on paper.
void make_exact(PangoContext* context) {
  const Handle<cairo_font_options_t> options(cairo_font_options_create());
  cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options(context, options.get());
  pango_cairo_context_set_resolution(context, 72);
  pango_context_set_round_glyph_positions(context, FALSE);
}

Handle<PangoFontDescription> describe(const TextStyle& style) {
  Handle<PangoFontDescription> font(pango_font_description_new());
  pango_font_description_set_family_static(font.get(), kFamilies);
  pango_font_description_set_absolute_size(font.get(), style.size * PANGO_SCALE);
  pango_font_description_set_weight(font.get(),
                                    style.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_font_description_set_style(font.get(),
                                   style.italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL);
  return font;
}

void set_language(PangoLayout* layout, const char* language) {
  const Handle<PangoAttrList> attributes(pango_attr_list_new());
  pango_attr_list_insert(attributes.get(),
                         pango_attr_language_new(pango_language_from_string(language)));
  pango_layout_set_attributes(layout, attributes.get());
}

std::vector<TextLine> lines_of(PangoLayout* layout) {
  std::vector<TextLine> out;
  const Handle<PangoLayoutIter> at(pango_layout_get_iter(layout));
  do {
    PangoRectangle logical;
    pango_layout_iter_get_line_extents(at.get(), nullptr, &logical);
    out.push_back({.line = pango_layout_iter_get_line_readonly(at.get()),
                   .x = points(logical.x),
                   .height = points(logical.height),
                   .baseline = points(pango_layout_iter_get_baseline(at.get()) - logical.y)});
  } while (pango_layout_iter_next_line(at.get()));
  return out;
}

bool has_fonts(PangoContext* context) {
  const Handle<PangoFont> any(pango_context_load_font(context, describe({}).get()));
  return any != nullptr;
}

}  // namespace

Result<Typesetter> Typesetter::open(const std::string& language) {
  auto* fonts = pango_cairo_font_map_get_default();
  Handle<PangoContext> context(pango_font_map_create_context(fonts));
  make_exact(context.get());
  if (!has_fonts(context.get()))
    return failure(Code::kConfig,
                   "Fontconfig knows of no fonts here: install some, as fonts-noto-core");
  pango_context_set_language(context.get(), pango_language_from_string(language.c_str()));
  return Typesetter(std::move(context));
}

SetText Typesetter::set(std::string_view text, const TextStyle& style, double width,
                        Align align) const {
  SetText out;
  out.layout.reset(pango_layout_new(context_.get()));
  auto* layout = out.layout.get();
  pango_layout_set_font_description(layout, describe(style).get());
  pango_layout_set_width(layout, static_cast<int>(width * PANGO_SCALE));
  pango_layout_set_alignment(layout, align == Align::kBegin ? PANGO_ALIGN_LEFT : PANGO_ALIGN_RIGHT);
  pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_text(layout, text.data(), static_cast<int>(text.size()));
  if (const char* language = language_of(pango_layout_get_text(layout)))
    set_language(layout, language);
  out.lines = lines_of(layout);
  return out;
}

}  // namespace chartbell
