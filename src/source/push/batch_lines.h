// BatchLines: the lines of a pushed batch, unpacked where it is packed (RFC 1952).
//
// Unpacking ends where a bound is reached, so nobody pays for a bomb.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "model/document.h"

namespace chartbell {

struct BatchBounds {
  std::size_t bytes_max = std::size_t{16} * 1024 * 1024;
  std::size_t ratio_max = 200;  // of bytes out of one, where there are more than ratio_from
  std::size_t ratio_from = std::size_t{1024} * 1024;
  std::size_t lines_max = 10'000;
};

// One gzip member and nothing behind it. kTooLarge beyond the bounds, kInvalid for anything that is
// no gzip, or is cut off.
Result<std::string> gunzipped(std::string_view packed, const BatchBounds& bounds);

// A batch in work: gives one line after the other. Empty lines are passed over, but counted.
class BatchLines {
 public:
  // kTooLarge, kInvalid.
  static Result<BatchLines> open(Document text, bool packed, const BatchBounds& bounds = {});

  // False at the end. `line` is good until the next call.
  bool next(std::string_view& line);
  // The number of the line that next() gave, from 1.
  std::size_t number() const { return number_; }

 private:
  explicit BatchLines(Document text) : text_(std::move(text)) {}

  Document text_;
  std::size_t at_ = 0;
  std::size_t number_ = 0;
};

}  // namespace chartbell
