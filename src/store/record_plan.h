// How a list of records is read: which range of which index, and which of its rows are meant.
#pragma once

#include <optional>
#include <vector>

#include "model/record.h"
#include "store/record_range.h"
#include "store/search_words.h"

namespace chartbell {

// A query and what its texts are hashed to.
struct RecordSearch {
  const RecordQuery& query;
  std::vector<std::int64_t> words;
  bool nobody = false;  // a text had nothing to compare: no row is meant

  RecordSearch(const RecordQuery& asked, const SearchWords& hashes);
  bool means(const RecordEntry& entry) const;
  RecordPosition place_of(const RecordEntry& entry) const;

  // Sets of ranges, each of which has every row that is meant: the smallest can be read to its end
  // and sorted.
  std::vector<std::vector<RecordRange>> narrow_ways() const;
  // A range that has every row that is meant, in this order.
  RecordRange way_in(RecordOrder order) const;
  // The one that is read the fastest, whatever its order.
  RecordRange fastest_way() const;
};

}  // namespace chartbell
