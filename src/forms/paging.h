// Where each line of a paper stands: which page, and how far from its top.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace chartbell {

// What is never divided: a line of text, a drawing. Lengths are points.
struct Slice {
  double before = 0;  // empty space above, none at the top of a page
  double height = 0;
  bool keep = false;  // on one page with the next slice
};

struct Place {
  std::size_t page = 0;
  double y = 0;  // of its upper edge

  friend bool operator==(const Place&, const Place&) = default;
};

// One for each slice, in their order. A slice that is higher than a page has a page of its own, and
// where those that are to be kept together are, they are not.
std::vector<Place> paginate(std::span<const Slice> slices, double page_height);

}  // namespace chartbell
