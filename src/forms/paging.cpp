#include "forms/paging.h"

namespace chartbell {
namespace {

// The height of slices[at] and of what must stand below it on the same page; at most a bit more
// than a page, so that a long chain is not walked again and again.
double kept_height(std::span<const Slice> slices, std::size_t at, double page_height) {
  double height = slices[at].height;
  while (slices[at].keep && at + 1 < slices.size() && height <= page_height) {
    ++at;
    height += slices[at].before + slices[at].height;
  }
  return height;
}

}  // namespace

std::vector<Place> paginate(std::span<const Slice> slices, double page_height) {
  std::vector<Place> out;
  out.reserve(slices.size());
  std::size_t page = 0;
  double y = 0;
  bool kept = false;  // with the slice before it, which has asked for the room already
  for (std::size_t i = 0; i < slices.size(); ++i) {
    const auto& slice = slices[i];
    const double wanted = kept_height(slices, i, page_height);
    const bool fits = y + slice.before + slice.height <= page_height;
    const bool all_fit = y + slice.before + wanted <= page_height || wanted > page_height;
    if (y > 0 && (!fits || (!kept && !all_fit))) {
      ++page;
      y = 0;
    }
    if (y > 0) y += slice.before;
    out.push_back({page, y});
    y += slice.height;
    kept = slice.keep;
  }
  return out;
}

}  // namespace chartbell
