// FolderShelf: a FileShelf in a folder of this machine, that a record system reads.
#pragma once

#include <memory>
#include <string>

#include "source/ports.h"

namespace chartbell {

// A resource of one thread. What lies in the folder is the record system's: folders are made with
// mode 0750 and files with 0640, no link is followed below the folder, and a file that is not whole
// has a name that begins with ".chartbell-".
class FolderShelf final : public FileShelf {
 public:
  // kConfig where it is no folder that can be written. It is opened anew for each file, since it
  // may be on a disk that goes and comes.
  static Result<std::unique_ptr<FolderShelf>> open(const std::string& folder);

  Result<void> put(const FilePath& path, std::string_view bytes) override;
  Result<void> remove(const FilePath& path) override;
  std::string whole_path(const FilePath& path) const override;

 private:
  explicit FolderShelf(std::string folder) : folder_(std::move(folder)) {}
  const std::string folder_;
};

}  // namespace chartbell
