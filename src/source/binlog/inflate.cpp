#include "source/binlog/inflate.h"

#include <zlib.h>

namespace chartbell {
namespace {

// zlib's own limit: 1032 bytes out of one (zlib.h, technical details).
constexpr std::size_t kRatioMax = 1032;

}  // namespace

Result<Bytes> inflated(Bytes packed, std::vector<unsigned char>& scratch) {
  ByteReader reader(packed);
  const auto head = reader.little(1);
  const auto length_bytes = head & 0x07;
  // 1 0 0: compressed, by zlib.
  const bool known = (head & 0xe0) == 0x80 && length_bytes >= 1 && length_bytes <= 4;
  const auto length = known ? reader.big(length_bytes) : 0;
  const auto stream = reader.left();
  if (!known || !reader.ok() || length > kEventBytesMax || length > (stream.size() + 1) * kRatioMax)
    return failure(Code::kProtocol, "binary log: malformed compressed event");
  scratch.resize(length);
  uLongf written = length;
  const int status = uncompress(scratch.data(), &written, stream.data(), stream.size());
  if (status != Z_OK || written != length)
    return failure(Code::kProtocol, "binary log: a compressed event does not unpack");
  return Bytes(scratch);
}

}  // namespace chartbell
