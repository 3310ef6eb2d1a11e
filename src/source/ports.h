// What source needs of its neighbours.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "model/foreign_key.h"
#include "model/ids.h"
#include "model/shape.h"

namespace chartbell {

struct Reference {
  ResourceId id;
  WallTime first_seen;
};

// Our ids for the record system's keys. An id is allotted when a key is first seen, even as a mere
// reference, so that references forward work; it stays with the key for ever.
class ReferenceIds {
 public:
  virtual ~ReferenceIds() = default;
  virtual Result<Reference> reference_to(ResourceKind kind, const ForeignKey& key) = 0;
};

}  // namespace chartbell
