// GhostText: characters in a PDF that are found and copied, and not seen.
#pragma once

#include "forms/glyph_run.h"

namespace chartbell {

enum class Reading : std::uint8_t { kFromLeft, kFromRight };

// A font of Cairo's kind "user": whatever glyph it is asked for, it draws nothing. Cairo embeds it
// as Type 3 and gives each glyph its character (ToUnicode).
class GhostText {
 public:
  GhostText();

  // The characters of a piece share its width. `size` is the letters', `y` the baseline.
  void write(cairo_t* context, const TextPiece& piece, Reading reading, double y, double size);

 private:
  Handle<cairo_font_face_t> font_;
};

}  // namespace chartbell
