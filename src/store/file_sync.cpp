#include "store/file_sync.h"

#include <algorithm>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace chartbell {
namespace {

constexpr off_t kPieceMin = off_t{1024} * 1024;
// A piece without changes costs a microsecond, so even a huge file has only so many.
constexpr off_t kPiecesMax = 16'384;

std::unexpected<Error> fault(const char* what) {
  return failure(errno == ENOSPC ? Code::kNoSpace : Code::kInternal,
                 std::string("store: ") + what + ": " + std::strerror(errno));
}

}  // namespace

Result<std::unique_ptr<FileSync>> FileSync::open(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0)
    return failure(Code::kConfig, "store: cannot open " + path + ": " + std::strerror(errno));
  return std::unique_ptr<FileSync>(new FileSync(descriptor));
}

FileSync::~FileSync() {
  ::close(descriptor_);
}

Result<void> FileSync::sync() {
  TRY_DO(sync_pieces());
  // What the pieces leave: the file's own description, and the device's cache.
  if (::fdatasync(descriptor_) != 0) return fault("fdatasync");
  return {};
}

Result<void> FileSync::sync_pieces() {
  struct stat file{};
  if (::fstat(descriptor_, &file) != 0) return fault("fstat");
  const auto piece = std::max(kPieceMin, file.st_size / kPiecesMax);
  constexpr auto kWriteAndWait =
      SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;
  for (off_t at = 0; at < file.st_size; at += piece) {
    if (::sync_file_range(descriptor_, at, piece, kWriteAndWait) == 0) continue;
    // A file system that cannot do it syncs all at once.
    if (errno == EINVAL || errno == ENOSYS || errno == ESPIPE) return {};
    return fault("sync_file_range");
  }
  return {};
}

}  // namespace chartbell
