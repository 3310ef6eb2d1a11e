#include "source/folder_shelf.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace chartbell {
namespace {

constexpr mode_t kFolderMode = 0750;
constexpr mode_t kFileMode = 0640;
constexpr int kFolder = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int get() const { return number_; }
  bool is_open() const { return number_ >= 0; }

 private:
  int number_;
};

// Names of patients' folders are not told.
std::unexpected<Error> fault(std::string_view what) {
  const bool full = errno == ENOSPC || errno == EDQUOT;
  return failure(full ? Code::kNoSpace : Code::kUnreachable,
                 std::string(what) + " in the write_folder: " + std::strerror(errno));
}

Result<void> sync(const Descriptor& descriptor, std::string_view what) {
  if (::fsync(descriptor.get()) != 0) return fault(what);
  return {};
}

// The folder of that name, made where it is missing.
Result<Descriptor> enter(const Descriptor& parent, const std::string& name) {
  const bool made = ::mkdirat(parent.get(), name.c_str(), kFolderMode) == 0;
  if (!made && errno != EEXIST) return fault("making a folder");
  Descriptor out(::openat(parent.get(), name.c_str(), kFolder | O_NOFOLLOW));
  if (!out.is_open()) return fault("opening a folder");
  if (made) TRY_DO(sync(parent, "making a folder"));
  return out;
}

Result<Descriptor> folder_of(const std::string& root, const FilePath& path) {
  Descriptor at(::open(root.c_str(), kFolder));
  if (!at.is_open()) return fault("opening it");
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    TRY(at, enter(at, path[i]));
  }
  return at;
}

Result<void> write_all(const Descriptor& file, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(file.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return fault("writing a file");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return sync(file, "writing a file");
}

// What an attempt before left is put away.
Result<void> write_new(const Descriptor& folder, const std::string& name, std::string_view bytes) {
  ::unlinkat(folder.get(), name.c_str(), 0);
  const Descriptor file(::openat(folder.get(), name.c_str(),
                                 O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kFileMode));
  if (!file.is_open()) return fault("making a file");
  auto done = write_all(file, bytes);
  if (!done) ::unlinkat(folder.get(), name.c_str(), 0);
  return done;
}

}  // namespace

Result<std::unique_ptr<FolderShelf>> FolderShelf::open(const std::string& folder) {
  const Descriptor at(::open(folder.c_str(), kFolder));
  if (!at.is_open() || ::access(folder.c_str(), W_OK | X_OK) != 0)
    return failure(Code::kConfig, "write_folder \"" + folder + "\": " + std::strerror(errno) +
                                      "; it must be a folder that this account may write");
  return std::unique_ptr<FolderShelf>(new FolderShelf(folder));
}

Result<void> FolderShelf::put(const FilePath& path, std::string_view bytes) {
  TRY(const auto folder, folder_of(folder_, path));
  const auto& name = path.back();
  const auto part = ".chartbell-" + name;
  TRY_DO(write_new(folder, part, bytes));
  if (::renameat(folder.get(), part.c_str(), folder.get(), name.c_str()) != 0)
    return fault("naming a file");
  return sync(folder, "naming a file");
}

Result<void> FolderShelf::remove(const FilePath& path) {
  TRY(const auto folder, folder_of(folder_, path));
  if (::unlinkat(folder.get(), path.back().c_str(), 0) != 0 && errno != ENOENT)
    return fault("removing a file");
  return sync(folder, "removing a file");
}

std::string FolderShelf::whole_path(const FilePath& path) const {
  auto out = folder_;
  for (const auto& part : path) out += (out.ends_with('/') ? "" : "/") + part;
  return out;
}

}  // namespace chartbell
