#include "store/sealer.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "base/check.h"
#include "base/crypto.h"
#include "base/encoding.h"
#include "store/dictionary.h"

namespace chartbell {
namespace {

// Of the sealed form: how the text inside is compressed.
constexpr char kPlainFrame = 1;
constexpr char kWithDictionary = 2;
constexpr int kCompressionLevel = 1;
constexpr std::size_t kTextBytesMax = 64 * 1024 * 1024;
// What a thread keeps for its next text.
constexpr std::size_t kSpaceKept = 256 * 1024;

std::string data_key_record(InstitutionId institution) {
  return "data_key/" + to_string(institution);
}

struct Free {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  void operator()(ZSTD_CDict* dictionary) const { ZSTD_freeCDict(dictionary); }
  void operator()(ZSTD_DDict* dictionary) const { ZSTD_freeDDict(dictionary); }
};

std::string dictionary() {
  const auto tables = from_hex(kDictionaryTables);
  CHECK(tables.has_value());
  return *tables + std::string(kDictionaryText);
}

const ZSTD_CDict* compressing_dictionary() {
  static const std::unique_ptr<ZSTD_CDict, Free> made = [] {
    const auto bytes = dictionary();
    return std::unique_ptr<ZSTD_CDict, Free>(
        ZSTD_createCDict(bytes.data(), bytes.size(), kCompressionLevel));
  }();
  return made.get();
}

const ZSTD_DDict* reading_dictionary() {
  static const std::unique_ptr<ZSTD_DDict, Free> made = [] {
    const auto bytes = dictionary();
    return std::unique_ptr<ZSTD_DDict, Free>(ZSTD_createDDict(bytes.data(), bytes.size()));
  }();
  return made.get();
}

Result<std::string> decompress(char version, std::string_view compressed) {
  const auto size = ZSTD_getFrameContentSize(compressed.data(), compressed.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > kTextBytesMax)
    return failure(Code::kCorrupt, "a sealed record has no sound size");
  thread_local const std::unique_ptr<ZSTD_DCtx, Free> context(ZSTD_createDCtx());
  std::string out(size, '\0');
  const auto written = ZSTD_decompress_usingDDict(
      context.get(), out.data(), out.size(), compressed.data(), compressed.size(),
      version == kWithDictionary ? reading_dictionary() : nullptr);
  if (ZSTD_isError(written) || written != size)
    return failure(Code::kCorrupt, "a sealed record does not decompress");
  return out;
}

std::unexpected<Error> file_fault(const std::string& path, const std::string& what) {
  return failure(Code::kConfig, "key file " + path + ": " + what);
}

std::string not_written(int error) {
  return std::string(std::strerror(error)) +
         (error == ENOSPC ? "; free some space"
                          : "; check that its folder exists and may be written");
}

struct File {
  int descriptor;
  ~File() {
    if (descriptor >= 0) ::close(descriptor);
  }
};

}  // namespace

Sealer::Sealer(std::string master_key, Random& random)
    : master_key_(std::move(master_key)), random_(random), nonce_base_(kAeadNonceSize, '\0') {
  CHECK(master_key_.size() == kAeadKeySize);
  random_.fill({reinterpret_cast<unsigned char*>(nonce_base_.data()), nonce_base_.size()});
}

// A random start for each process and a counter from there: unlike twelve random bytes each time,
// the nonces of one process never meet, and those of two meet only if their starts do.
std::string Sealer::next_nonce() {
  const std::lock_guard lock(mutex_);
  std::string nonce = nonce_base_;
  std::uint64_t low = 0;
  std::memcpy(&low, nonce.data() + 4, sizeof low);
  low += nonces_++;
  std::memcpy(nonce.data() + 4, &low, sizeof low);
  return nonce;
}

const std::string& Sealer::key_of(InstitutionId institution) const {
  const std::lock_guard lock(mutex_);
  const auto found = data_keys_.find(institution);
  CHECK(found != data_keys_.end());
  return found->second;
}

bool Sealer::has_data_key(InstitutionId institution) const {
  const std::lock_guard lock(mutex_);
  return data_keys_.contains(institution);
}

std::string Sealer::make_data_key(InstitutionId institution) {
  std::string key(kAeadKeySize, '\0');
  random_.fill({reinterpret_cast<unsigned char*>(key.data()), key.size()});
  const std::string nonce = next_nonce();
  std::string sealed = nonce + aead_seal(master_key_, nonce, data_key_record(institution), key);
  const std::lock_guard lock(mutex_);
  data_keys_[institution] = std::move(key);
  return sealed;
}

Result<void> Sealer::add_data_key(InstitutionId institution, std::string_view sealed_key) {
  if (sealed_key.size() < kAeadNonceSize) return failure(Code::kCorrupt, "a data key is cut short");
  auto key = aead_open(master_key_, sealed_key.substr(0, kAeadNonceSize),
                       data_key_record(institution), sealed_key.substr(kAeadNonceSize));
  if (!key || key->size() != kAeadKeySize)
    return failure(Code::kConfig,
                   "the key file is not the one that this store was made with; restore that one");
  const std::lock_guard lock(mutex_);
  data_keys_[institution] = *std::move(key);
  return {};
}

std::string Sealer::compress(std::string_view text) {
  thread_local const std::unique_ptr<ZSTD_CCtx, Free> context(ZSTD_createCCtx());
  thread_local std::string space;
  space.resize(std::max(space.size(), ZSTD_compressBound(text.size())));
  const auto size = ZSTD_compress_usingCDict(context.get(), space.data(), space.size(), text.data(),
                                             text.size(), compressing_dictionary());
  CHECK(!ZSTD_isError(size));
  std::string out = space.substr(0, size);
  if (space.size() > kSpaceKept) std::string().swap(space);
  return out;
}

std::string Sealer::seal(InstitutionId institution, std::string_view record,
                         std::string_view text) {
  return seal_compressed(institution, record, compress(text));
}

std::string Sealer::seal_compressed(InstitutionId institution, std::string_view record,
                                    std::string_view compressed) {
  const std::string nonce = next_nonce();
  return kWithDictionary + nonce + aead_seal(key_of(institution), nonce, record, compressed);
}

Result<std::string> Sealer::open(InstitutionId institution, std::string_view record,
                                 std::string_view sealed) const {
  const char version = sealed.empty() ? '\0' : sealed.front();
  if (sealed.size() < 1 + kAeadNonceSize || (version != kPlainFrame && version != kWithDictionary))
    return failure(Code::kCorrupt, "a sealed record has an unknown form");
  sealed.remove_prefix(1);
  TRY(const auto compressed, aead_open(key_of(institution), sealed.substr(0, kAeadNonceSize),
                                       record, sealed.substr(kAeadNonceSize)));
  return decompress(version, compressed);
}

std::string Sealer::derived_key(std::string_view purpose) const {
  return Hmac(key_of(kNoInstitution)).sign({purpose});
}

Result<std::string> read_key_file(const std::string& path) {
  const File file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.descriptor < 0) return file_fault(path, std::strerror(errno));
  struct stat status{};
  if (::fstat(file.descriptor, &status) != 0) return file_fault(path, std::strerror(errno));
  if ((status.st_mode & 077) != 0)
    return file_fault(path, "others may read it; run: chmod 600 " + path);
  char text[80];
  const auto length = ::read(file.descriptor, text, sizeof text);
  std::string_view hex(text, length < 0 ? 0 : static_cast<std::size_t>(length));
  while (hex.ends_with('\n') || hex.ends_with('\r')) hex.remove_suffix(1);
  auto key = from_hex(hex);
  if (!key || key->size() != kAeadKeySize) return file_fault(path, "wanted 64 hex digits");
  return *std::move(key);
}

Result<std::string> make_key_file(const std::string& path, Random& random) {
  const File file{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
  if (file.descriptor < 0) return file_fault(path, not_written(errno));
  const std::string text = random.hex(kAeadKeySize) + "\n";
  if (::write(file.descriptor, text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
      ::fsync(file.descriptor) != 0)
    return file_fault(path, not_written(errno));
  return *from_hex(std::string_view(text).substr(0, kAeadKeySize * 2));
}

}  // namespace chartbell
