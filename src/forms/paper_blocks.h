// A completed form as a column of texts: what stands on its paper, and in which order.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "forms/pdf.h"

namespace chartbell {

enum class BlockKind : std::uint8_t {
  kPractice,
  kPlace,
  kTitle,
  kFact,  // with a label beside it
  kText,
  kSection,
  kQuestion,
  kAnswer,
  kUnanswered,
  kStatement,
  kStrokes,  // its text is the strokes
};

struct PaperBlock {
  BlockKind kind = BlockKind::kText;
  std::string text;
  std::string label;

  friend bool operator==(const PaperBlock&, const PaperBlock&) = default;
};

// All of them printable().
std::vector<PaperBlock> paper_blocks(const FormPaper& paper);

}  // namespace chartbell
