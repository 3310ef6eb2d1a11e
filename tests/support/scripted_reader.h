// ScriptedReader: a record system made of maps that a test fills and changes.
//
// In a row's text, "$patient(7)" stands for our id of the patient with the key 7.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/time_text.h"
#include "detect/ports.h"

namespace chartbell {

class ScriptedReader final : public ResourceReader {
 public:
  explicit ScriptedReader(ReferenceIds& ids) : ids_(ids) {}

  const std::vector<KindRules>& kinds() const override { return rules; }

  Result<FreshChunk> read_after(ResourceKind kind, const std::optional<ForeignKey>& after,
                                std::size_t limit) override {
    if (fails_after && (*fails_after)-- == 0) return failure(Code::kUnreachable, "gone away");
    FreshChunk chunk;
    for (const auto& [key, text] : rows[kind]) {
      if ((after && !(*after < key)) || hidden_from_scans.contains(key)) continue;
      if (chunk.rows.size() == limit) return chunk;
      chunk.rows.push_back({key, LocationId{11}, rendered(text)});
    }
    chunk.last = chunk.rows.size() < limit;
    return chunk;
  }

  Result<KeyChunk> read_key_list(ResourceKind kind, const std::optional<ForeignKey>& after,
                                 std::size_t limit) override {
    KeyChunk chunk;
    for (const auto& [key, text] : rows[kind]) {
      if ((after && !(*after < key)) || hidden_from_scans.contains(key)) continue;
      if (chunk.keys.size() == limit) return chunk;
      chunk.keys.push_back(key);
    }
    chunk.last = chunk.keys.size() < limit;
    return chunk;
  }

  Result<std::vector<FreshResource>> read_keys(ResourceKind kind,
                                               std::span<const ForeignKey> keys) override {
    for (const auto& key : keys)
      if (unreadable.contains(key)) return failure(Code::kUnreachable, "gone away");
    std::vector<FreshResource> out;
    for (const auto& [key, text] : rows[kind]) {
      if (std::ranges::find(keys, key) == keys.end()) continue;
      keys_read.emplace_back(kind, key);
      out.push_back({key, LocationId{11}, rendered(text)});
    }
    return out;
  }

  Result<std::vector<FreshChild>> read_children(ResourceKind,
                                                std::span<const ForeignKey> parents) override {
    std::vector<FreshChild> out;
    for (const auto& [parent, child] : children)
      if (std::ranges::find(parents, parent) != parents.end())
        out.push_back({parent, child.first, rendered(child.second)});
    return out;
  }

  std::string date_at(WallTime time) const override { return to_text(time).substr(0, 10); }
  void disconnect() override { ++disconnected; }

  std::vector<KindRules> rules;
  std::map<ResourceKind, std::map<ForeignKey, std::string>> rows;
  std::multimap<ForeignKey, std::pair<ForeignKey, std::string>> children;
  std::set<ForeignKey> hidden_from_scans;  // written while a scan has passed them
  std::set<ForeignKey> unreadable;         // the system is away when one of these is asked for
  std::optional<int> fails_after;          // this many chunks are read, then the system is away
  std::vector<std::pair<ResourceKind, ForeignKey>> keys_read;
  int disconnected = 0;

 private:
  Document rendered(std::string text) {
    constexpr std::string_view kMark = "$patient(";
    for (auto at = text.find(kMark); at != std::string::npos; at = text.find(kMark)) {
      const auto key = text.substr(at + kMark.size(), text.find(')', at) - at - kMark.size());
      const auto reference =
          ids_.reference_to(ResourceKind::kPatient, std::int64_t{std::stoll(key)});
      text.replace(at, kMark.size() + key.size() + 1, to_string(reference->id));
    }
    return Document(std::move(text));
  }

  ReferenceIds& ids_;
};

}  // namespace chartbell
