#include "detect/id_book.h"

namespace chartbell {

Result<Reference> IdBook::reference_to(ResourceKind kind, const ForeignKey& key) {
  const Key book_key{kind, key};
  if (const auto found = cache_.find(book_key); found != cache_.end()) return found->second;
  TRY(auto stored, store_.reference(source_, kind, key));
  if (!stored) {
    stored = Reference{store_.allot_id(), clock_.now()};
    fresh_.emplace(book_key, *stored);
  }
  cache_.emplace(book_key, *stored);
  return *stored;
}

Reference IdBook::id_for_new(ResourceKind kind, const ForeignKey& key) {
  const Key book_key{kind, key};
  fresh_.erase(book_key);
  const auto found = cache_.find(book_key);
  if (found != cache_.end()) return found->second;
  const Reference allotted{store_.allot_id(), clock_.now()};
  cache_.emplace(book_key, allotted);
  return allotted;
}

void IdBook::adopt(ResourceKind kind, const ForeignKey& key, const Reference& reference) {
  fresh_.erase({kind, key});
  cache_.insert_or_assign({kind, key}, reference);
}

std::optional<ForeignKey> IdBook::key_of(ResourceId id) const {
  for (const auto& [key, reference] : fresh_)
    if (reference.id == id) return key.second;
  return std::nullopt;
}

std::vector<DetectedBatch::Write> IdBook::fresh() const {
  std::vector<DetectedBatch::Write> out;
  for (const auto& [key, reference] : fresh_) {
    HeldResource held;
    held.known = {.key = key.second, .id = reference.id};
    held.created_at = held.updated_at = reference.first_seen;
    out.push_back({key.first, std::move(held)});
  }
  return out;
}

void IdBook::committed() {
  fresh_.clear();
  if (cache_.size() > kCacheEntriesMax) cache_.clear();
}

void IdBook::forget() {
  fresh_.clear();
  cache_.clear();
}

}  // namespace chartbell
