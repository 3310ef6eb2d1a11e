// A page of a list whose filters no index holds all of: a bounded number of rows is looked at.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>

#include "api/ports.h"
#include "base/result.h"
#include "store/sqlite_db.h"

namespace chartbell {

// Rows that one page may look at, where few of them are wanted.
inline constexpr std::size_t kPageScanMax = 5'000;

// Of a bound statement that gives at most `rows` of them in the list's order. `read` makes a row,
// `wanted` says whether the page has it, `place` where it stands in the list.
template <class Row, class Position, class Read, class Wanted, class Place>
Result<Page<Row, Position>> scan_page(SqliteStatement& select, std::size_t rows, std::size_t limit,
                                      Read read, Wanted wanted, Place place) {
  Page<Row, Position> page;
  Position last;
  for (std::size_t looked_at = 0;; ++looked_at) {
    TRY(const bool more, select.step());
    if (!more) {
      if (looked_at == rows) page.next = last;
      return page;
    }
    auto row = read(select);
    const bool fits = wanted(row);
    if (fits && page.rows.size() == limit) {
      page.next = place(page.rows.back());
      return page;
    }
    last = place(row);
    if (fits) page.rows.push_back(std::move(row));
  }
}

}  // namespace chartbell
