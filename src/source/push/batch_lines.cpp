#include "source/push/batch_lines.h"

#include <algorithm>
#include <memory>

#include <zlib.h>

namespace chartbell {
namespace {

constexpr int kGzipOnly = 16 + MAX_WBITS;  // zlib.h, inflateInit2()
constexpr std::size_t kPiece = std::size_t{64} * 1024;

std::unexpected<Error> broken() {
  return failure(Code::kInvalid, "the body is no gzip, or is cut off");
}

Result<void> check_size(std::size_t unpacked, std::size_t packed, const BatchBounds& bounds) {
  if (unpacked > bounds.bytes_max)
    return failure(Code::kTooLarge,
                   "the batch unpacks to more than " + std::to_string(bounds.bytes_max) + " bytes");
  if (unpacked > bounds.ratio_from && unpacked / bounds.ratio_max > packed)
    return failure(Code::kTooLarge, "the batch unpacks to more than " +
                                        std::to_string(bounds.ratio_max) + " times its size");
  return {};
}

}  // namespace

Result<std::string> gunzipped(std::string_view packed, const BatchBounds& bounds) {
  z_stream stream{};
  if (inflateInit2(&stream, kGzipOnly) != Z_OK)
    return failure(Code::kInternal, "zlib has no memory");
  const std::unique_ptr<z_stream, int (*)(z_stream*)> end(&stream, &inflateEnd);
  // zlib does not write there; its interface is older than const.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string out;
  int status = Z_OK;
  while (status == Z_OK) {
    const auto size = out.size();
    out.resize(size + kPiece);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + size);
    stream.avail_out = static_cast<uInt>(kPiece);
    status = inflate(&stream, Z_NO_FLUSH);
    out.resize(out.size() - stream.avail_out);
    TRY_DO(check_size(out.size(), packed.size(), bounds));
  }
  if (status != Z_STREAM_END || stream.avail_in != 0) return broken();
  return out;
}

Result<BatchLines> BatchLines::open(Document text, bool packed, const BatchBounds& bounds) {
  if (packed) {
    TRY(auto unpacked, gunzipped(text.expose(), bounds));
    text = Document(std::move(unpacked));
  }
  const auto lines = static_cast<std::size_t>(std::ranges::count(text.expose(), '\n'));
  if (lines > bounds.lines_max)
    return failure(Code::kTooLarge,
                   "more than " + std::to_string(bounds.lines_max) + " lines; send them in parts");
  return BatchLines(std::move(text));
}

bool BatchLines::next(std::string_view& line) {
  const auto text = text_.expose();
  while (at_ < text.size()) {
    const auto end = std::min(text.find('\n', at_), text.size());
    line = text.substr(at_, end - at_);
    at_ = end + 1;
    ++number_;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) return true;
  }
  return false;
}

}  // namespace chartbell
