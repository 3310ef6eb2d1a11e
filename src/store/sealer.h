// Sealer: the one seam through which everything that holds patient data or a secret goes to disk.
//
// zstd, then AES-256-GCM with a data key of the institution; the record's name is associated data,
// so that a sealed value cannot be moved to another record. Data keys are random, and are
// themselves sealed by the master key: to destroy a data key is to destroy what it sealed. Format:
// docs/formats.md.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"
#include "model/ids.h"

namespace chartbell {

// The institution of what belongs to no institution: endpoint secrets, our own keys.
inline constexpr InstitutionId kNoInstitution{0};

// Thread-safe.
class Sealer {
 public:
  // `master_key` has kAeadKeySize bytes.
  Sealer(std::string master_key, Random& random);

  // A new data key of this institution, sealed; it is used from now on.
  std::string make_data_key(InstitutionId institution);
  // A data key as it was stored. kConfig when the master key is another one.
  Result<void> add_data_key(InstitutionId institution, std::string_view sealed_key);
  bool has_data_key(InstitutionId institution) const;

  // `record` names the row: "event/1/42". CHECKed: the institution has a data key.
  std::string seal(InstitutionId institution, std::string_view record, std::string_view text);
  // The same in two steps, for callers who want the slow one on their own thread.
  static std::string compress(std::string_view text);
  std::string seal_compressed(InstitutionId institution, std::string_view record,
                              std::string_view compressed);
  // kCorrupt for anything but the text sealed under this record's name.
  Result<std::string> open(InstitutionId institution, std::string_view record,
                           std::string_view sealed) const;
  // A key derived from the data key of no institution; for digests and signatures of our own.
  std::string derived_key(std::string_view purpose) const;

 private:
  std::string next_nonce();
  // Keys are made once and stay: the reference is good for the sealer's life.
  const std::string& key_of(InstitutionId institution) const;

  const std::string master_key_;
  Random& random_;
  mutable std::mutex mutex_;
  std::map<InstitutionId, std::string> data_keys_;
  std::string nonce_base_;
  std::uint64_t nonces_ = 0;
};

// Reads 64 hex digits. kConfig, naming the file, for anything else or a file that others may read.
Result<std::string> read_key_file(const std::string& path);
// Makes the file with a new key, readable by its owner alone; kConfig when it exists.
Result<std::string> make_key_file(const std::string& path, Random& random);

}  // namespace chartbell
