#include "forms/strokes.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace chartbell {
namespace {

std::string_view take_until(std::string_view& text, char end) {
  const auto at = text.find(end);
  const auto out = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
  return out;
}

std::optional<double> parse_within(std::string_view text, double most) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
    return std::nullopt;
  return std::clamp(value, 0.0, most);
}

std::optional<StrokePoint> parse_point(std::string_view text) {
  const auto x = parse_within(take_until(text, ','), kStrokesWidth);
  const auto y = parse_within(text, kStrokesHeight);
  if (!x || !y) return std::nullopt;
  return StrokePoint{*x, *y};
}

}  // namespace

std::vector<Stroke> parse_strokes(std::string_view text) {
  std::vector<Stroke> out;
  while (!text.empty()) {
    auto points = take_until(text, ';');
    Stroke stroke;
    while (!points.empty())
      if (const auto point = parse_point(take_until(points, ' '))) stroke.push_back(*point);
    if (!stroke.empty()) out.push_back(std::move(stroke));
  }
  return out;
}

}  // namespace chartbell
