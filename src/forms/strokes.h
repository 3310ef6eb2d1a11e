// What was drawn as a signature, as points.
#pragma once

#include <string_view>
#include <vector>

namespace chartbell {

inline constexpr double kStrokesWidth = 600;
inline constexpr double kStrokesHeight = 200;

struct StrokePoint {
  double x = 0;
  double y = 0;

  friend bool operator==(const StrokePoint&, const StrokePoint&) = default;
};
using Stroke = std::vector<StrokePoint>;  // never empty

// Of "x,y x,y;x,y …" (forms/answers.h). What is no point is passed over, what lies outside of the
// field is moved to its edge.
std::vector<Stroke> parse_strokes(std::string_view text);

}  // namespace chartbell
