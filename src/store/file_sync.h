// FileSync: brings what was written to a large file to the disk, a piece at a time.
//
// A device serves its writes one after another: the small sync that a commit waits for stands
// behind all the pages of a large one. So no more than one piece is under way.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"

namespace chartbell {

// A resource of one thread at a time. It must outlive all SQLite connections to the file: to close
// any descriptor of a file gives up all of the process's locks on it (POSIX, close()).
class FileSync {
 public:
  // kConfig when the file cannot be opened.
  static Result<std::unique_ptr<FileSync>> open(const std::string& path);
  ~FileSync();

  // Returns when all that had been written is on disk. An error must stop the process.
  Result<void> sync();

 private:
  explicit FileSync(int descriptor) : descriptor_(descriptor) {}
  Result<void> sync_pieces();

  const int descriptor_;
};

}  // namespace chartbell
