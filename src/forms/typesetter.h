// Typesetter: texts of any script → lines, by Pango.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "forms/pango_handles.h"

namespace chartbell {

struct TextStyle {
  double size = 10;  // of the letters, in points
  bool bold = false;
  bool italic = false;
};

enum class Align : std::uint8_t { kBegin, kEnd };

struct TextLine {
  PangoLayoutLine* line = nullptr;  // its text's
  double x = 0;                     // from the left edge of the text's width
  double height = 0;
  double baseline = 0;  // below its upper edge
};

// Lines that came of one text. They are the layout's.
struct SetText {
  Handle<PangoLayout> layout;
  std::vector<TextLine> lines;
};

// Of one thread: Pango keeps a map of fonts for each. Fontconfig is read at a process's first.
class Typesetter {
 public:
  // kConfig where the machine has no fonts.
  static Result<Typesetter> open(const std::string& language);

  // Words are broken where a line has no blank. A paragraph is written, and aligned, in the
  // direction of its first letter that has one (Unicode UAX #9, P2). `text` is no markup.
  SetText set(std::string_view text, const TextStyle& style, double width,
              Align align = Align::kBegin) const;

 private:
  explicit Typesetter(Handle<PangoContext> context) : context_(std::move(context)) {}
  Handle<PangoContext> context_;
};

}  // namespace chartbell
