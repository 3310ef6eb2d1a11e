// Teller: what was found at the rows of a source, as states and events of a batch.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "detect/digest.h"
#include "detect/id_book.h"
#include "detect/merge.h"
#include "detect/ports.h"

namespace chartbell {

// Which findings become events.
enum class Telling : std::uint8_t { kAll, kNotNew, kNothing };

struct CycleReport {
  std::int64_t rows = 0;
  std::int64_t created = 0;
  std::int64_t updated = 0;
  std::int64_t removed = 0;
  std::int64_t same = 0;  // keys read because they were named, and found as they are stored

  std::int64_t changes() const { return created + updated + removed; }
};

// One kind whose findings are being told.
struct KindInWork {
  const KindRules& rules;
  Telling telling;
  CycleReport& report;
  std::vector<ForeignKey> parents = {};                 // whose children are still to be read
  std::multimap<ForeignKey, FreshChild> children = {};  // of the rows in work
};

// The object of the wire, with its id and our times.
Result<std::string> finish_object(const HeldResource& held);

// A resource of the source's thread; all references outlive it.
class Teller {
 public:
  struct Parts {
    SourceRef source;
    std::string subdomain;
    ResourceReader& reader;
    ResourceStore& store;
    IdBook& ids;
    const Clock& clock;
    Digester& digest;
    Adoption* adoption = nullptr;  // none where nothing is written into the record system
  };
  explicit Teller(Parts parts) : parts_(std::move(parts)) {}

  // Says whose children may have to be shown, before change() is called for these findings.
  void expect_children(KindInWork& work, const std::vector<Finding>& findings);
  // Any finding but kMissing.
  Result<void> change(KindInWork& work, const Finding& finding, DetectedBatch& batch);
  // A row that is gone.
  Result<void> remove(KindInWork& work, const KnownResource& known, DetectedBatch& batch);
  // The event of that row about a resource as it is now; none where the row is null.
  Result<void> tell(KindInWork& work, const HeldResource& now, const CatalogueRow* row,
                    const Document& previous, DetectedBatch& batch);

 private:
  Result<void> keep_unmapped(const KindRules& rules, const Document& before, Document& now) const;
  Result<std::optional<Reference>> earlier_reference(ResourceKind kind, const Finding& finding);
  Result<std::string> shown_patient(const KindInWork& work, const HeldResource& appointment,
                                    DetectedBatch& batch);
  Result<HeldResource> patient_now(ResourceId id, CycleReport& report, DetectedBatch& batch);
  Result<void> read_children(KindInWork& work);
  Result<std::vector<std::string>> shown_children(KindInWork& work, const ForeignKey& parent);

  const Parts parts_;
};

}  // namespace chartbell
