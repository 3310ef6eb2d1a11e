// DirtyKeys: which resources of a source are worth reading again. What every wake-up boils down to.
//
// A value. Bounded: a kind with more keys than kKeysMax is dirty as a whole.
#pragma once

#include <cstdint>
#include <map>
#include <set>

#include "model/foreign_key.h"
#include "model/shape.h"

namespace chartbell {

// How much of a kind is to be read again; each covers the ones before it.
enum class Extent : std::uint8_t {
  kKeys,     // the keys that are named
  kKeyList,  // and whatever a comparison of all keys finds: rows that came or went
  kAll,      // every row
};

class DirtyKeys {
 public:
  static constexpr std::size_t kKeysMax = 50'000;

  struct OfKind {
    Extent extent = Extent::kKeys;
    std::set<ForeignKey> keys;  // ascending, each once; empty where extent is kAll

    friend bool operator==(const OfKind&, const OfKind&) = default;
  };

  void add(ResourceKind kind, ForeignKey key);
  // Never narrows what is dirty already.
  void widen(ResourceKind kind, Extent extent);
  void merge(DirtyKeys other);
  bool empty() const { return kinds_.empty(); }
  // No kind is dirty to a greater extent.
  bool only_keys() const;
  // Named keys of all kinds together.
  std::size_t keys() const;
  const std::map<ResourceKind, OfKind>& kinds() const { return kinds_; }

  friend bool operator==(const DirtyKeys&, const DirtyKeys&) = default;

 private:
  std::map<ResourceKind, OfKind> kinds_;
};

}  // namespace chartbell
