// PaperColumn: the blocks of a paper as one long column of slices, before it is cut into pages.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "forms/paging.h"
#include "forms/paper_blocks.h"
#include "forms/strokes.h"
#include "forms/typesetter.h"

namespace chartbell {

struct Colour {
  double red = 0;
  double green = 0;
  double blue = 0;
};
inline constexpr Colour kInk{0.09, 0.10, 0.12};
inline constexpr Colour kMuted{0.36, 0.39, 0.43};
inline constexpr Colour kAccent{0.05, 0.32, 0.40};
inline constexpr Colour kRule{0.78, 0.81, 0.84};

// How a kind of block looks.
struct Look {
  TextStyle text;
  Colour colour = kInk;
  double before = 0;
  double indent = 0;
  bool keep = false;  // with what follows
  const char* tag = "P";
};
const Look& look_of(BlockKind kind);

inline constexpr double kSignatureScale = 0.4;  // of its field's units

// What a slice shows: a line, perhaps with the first of a label beside it, or strokes.
struct Shown {
  std::size_t block = 0;
  bool first = false;  // of its block
  const TextLine* line = nullptr;
  const TextLine* label = nullptr;
  const std::vector<Stroke>* strokes = nullptr;
};

// Holds the texts that its slices show; not movable.
class PaperColumn {
 public:
  PaperColumn(const Typesetter& typesetter, std::vector<PaperBlock> blocks, double width);
  PaperColumn(const PaperColumn&) = delete;
  PaperColumn& operator=(const PaperColumn&) = delete;

  const std::vector<PaperBlock>& blocks() const { return blocks_; }
  // As many of one as of the other.
  const std::vector<Slice>& slices() const { return slices_; }
  const std::vector<Shown>& shown() const { return shown_; }

 private:
  void add(std::size_t block);
  void add_strokes(std::size_t block);
  void add_text(std::size_t block);
  const std::vector<TextLine>& set(std::string_view text, const TextStyle& style, double width);
  void put(Slice slice, Shown shown);

  const Typesetter& typesetter_;
  const std::vector<PaperBlock> blocks_;
  const double width_;
  std::deque<SetText> texts_;
  std::deque<std::vector<Stroke>> strokes_;
  std::vector<Slice> slices_;
  std::vector<Shown> shown_;
};

}  // namespace chartbell
