// MemoryWriteBook: the writes that a store holds, in a map that a test can look into.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "support/memory_resource_store.h"
#include "write/ports.h"

namespace chartbell {

class MemoryWriteBook final : public WriteBook {
 public:
  explicit MemoryWriteBook(MemoryResourceStore& resources) : resources_(resources) {}

  Result<std::vector<RecordWrite>> open_writes(SourceRef, WriteId after,
                                               std::size_t limit) override {
    std::vector<RecordWrite> out;
    for (const auto& [id, write] : writes)
      if (after < id && is_open(write.state) && out.size() < limit) out.push_back(write);
    return out;
  }

  Result<std::optional<Document>> file_of(InstitutionId, ResourceId document) override {
    const auto found = files.find(document);
    return found == files.end() ? std::optional<Document>() : std::optional(found->second);
  }

  Result<void> record(SourceRef source, std::vector<WriteStep> steps) override {
    if (std::exchange(refuses_next, false)) return failure(Code::kCorrupt, "refused by the test");
    for (auto& step : steps) {
      const auto& write = step.write;
      if (!is_open(writes.at(write.id).state)) ended_twice.push_back(write.id);
      writes[write.id] = write;
      for (const auto& event : step.events)
        events.push_back(event.event_name + " " + to_string(event.resource));
      if (step.document && write.key) put_written(source, write, *step.document);
    }
    return {};
  }

  std::map<WriteId, RecordWrite> writes;
  std::map<ResourceId, Document> files;
  std::vector<std::string> events;
  std::vector<WriteId> ended_twice;
  bool refuses_next = false;

 private:
  void put_written(SourceRef source, const RecordWrite& write, const Document& document) {
    HeldResource held;
    held.known = {.key = *write.key, .id = write.resource, .presence = Presence::kReferenced};
    held.created_at = held.updated_at = write.created_at;
    held.document = document;
    DetectedBatch batch{.source = source};
    batch.writes.push_back({write.kind, std::move(held)});
    (void)resources_.commit(std::move(batch)).has_value();
  }

  MemoryResourceStore& resources_;
};

}  // namespace chartbell
