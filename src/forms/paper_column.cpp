#include "forms/paper_column.h"

#include <utility>

namespace chartbell {
namespace {

constexpr double kLabelWidth = 112;
constexpr TextStyle kLabelStyle{.size = 9.5};

constexpr Look kLooks[] = {
    /* kPractice */ {.text = {.size = 12, .bold = true}, .colour = kAccent, .keep = true},
    /* kPlace */ {.text = {.size = 10}, .colour = kMuted, .before = 1, .keep = true},
    /* kTitle */
    {.text = {.size = 21, .bold = true}, .before = 16, .keep = true, .tag = "H1"},
    /* kFact */ {.text = {.size = 10}, .before = 6, .indent = kLabelWidth},
    /* kText */ {.text = {.size = 10}, .before = 12},
    /* kSection */
    {.text = {.size = 13, .bold = true},
     .colour = kAccent,
     .before = 24,
     .keep = true,
     .tag = "H2"},
    /* kQuestion */ {.text = {.size = 9.5}, .colour = kMuted, .before = 11, .keep = true},
    /* kAnswer */ {.text = {.size = 11}, .before = 3},
    /* kUnanswered */
    {.text = {.size = 10, .italic = true}, .colour = kMuted, .before = 2},
    /* kStatement */ {.text = {.size = 10}, .before = 3, .indent = 12},
    /* kStrokes */ {.before = 4, .keep = true, .tag = "Figure"},
};

// No line of a text is alone on its page.
bool keeps_next_line(std::size_t line, std::size_t lines) {
  return lines > 1 && (line == 0 || line + 2 == lines);
}

}  // namespace

const Look& look_of(BlockKind kind) {
  return kLooks[std::to_underlying(kind)];
}

PaperColumn::PaperColumn(const Typesetter& typesetter, std::vector<PaperBlock> blocks, double width)
    : typesetter_(typesetter), blocks_(std::move(blocks)), width_(width) {
  for (std::size_t i = 0; i < blocks_.size(); ++i) add(i);
}

void PaperColumn::add(std::size_t block) {
  blocks_[block].kind == BlockKind::kStrokes ? add_strokes(block) : add_text(block);
}

void PaperColumn::add_strokes(std::size_t block) {
  const auto& look = look_of(BlockKind::kStrokes);
  const auto& strokes = strokes_.emplace_back(parse_strokes(blocks_[block].text));
  put({.before = look.before, .height = kStrokesHeight * kSignatureScale, .keep = look.keep},
      {.block = block, .first = true, .strokes = &strokes});
}

void PaperColumn::add_text(std::size_t block) {
  const auto& [kind, text, label] = blocks_[block];
  const auto& look = look_of(kind);
  const auto& lines = set(text, look.text, width_ - look.indent);
  const TextLine* beside = label.empty() ? nullptr : &set(label, kLabelStyle, kLabelWidth).front();
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const bool first = i == 0;
    put({.before = first ? look.before : 0,
         .height = lines[i].height,
         .keep = look.keep || keeps_next_line(i, lines.size())},
        {.block = block, .first = first, .line = &lines[i], .label = first ? beside : nullptr});
  }
}

const std::vector<TextLine>& PaperColumn::set(std::string_view text, const TextStyle& style,
                                              double width) {
  return texts_.emplace_back(typesetter_.set(text, style, width)).lines;
}

void PaperColumn::put(Slice slice, Shown shown) {
  slices_.push_back(slice);
  shown_.push_back(shown);
}

}  // namespace chartbell
