// SqlTemplate: a statement of a mapping with holes for what is to be written.
//
//   INSERT INTO visit(patient, starts, minutes, note)
//   VALUES ({patient_id}, {start_time:local}, {end_time:minutes}, {note}) RETURNING id
//
// A hole is a leaf of the wire's object, by its path; references are the record system's keys.
// Without a conversion it is a literal of the leaf's own type: text, number, TRUE; NULL where the
// leaf is not known. Conversions:
//
//   local, local_date, local_time   civil time at the location: '2026-03-21 09:30:00', its parts
//   utc                             the same in UTC
//   minutes, seconds                of a time: how long after `start_time`
//   {@key} the row to change    {@location} the location's foreign id    {@write} the write's
//   number
//
// Of a document there is also what document_hole.h has of its file.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/zone.h"
#include "model/shape.h"
#include "source/document_hole.h"
#include "source/sql.h"
#include "write/ports.h"

namespace chartbell {

// Where, and over which connection, something is written.
struct WritePlace {
  std::string_view location_key;  // its foreign id
  const Zone& zone;
  const SqlConnection& connection;
  std::string_view path{};  // of a document's file
};

class SqlTemplate {
 public:
  // kMapping, saying what is wrong with which hole.
  static Result<SqlTemplate> parse(std::string_view text, const Shape& shape);

  // The statement with literals of this connection. kInvalid where a time is none.
  Result<std::string> render(const WriteOrder& order, const WritePlace& place) const;
  // Whether it has a hole for this leaf.
  bool takes(std::string_view path) const;
  // Whether it is made of a document's bytes, or says where its file is.
  bool takes_bytes() const;
  bool takes_path() const;
  bool empty() const { return holes_.empty() && tail_.empty(); }

 private:
  enum class Conversion : std::uint8_t {
    kPlain,
    kLocal,
    kLocalDate,
    kLocalTime,
    kUtc,
    kMinutes,
    kSeconds,
    kKey,
    kLocation,
    kWrite,
    kDocument,
  };
  struct Hole {
    std::string before;  // the text in front of it
    std::string path;
    Conversion conversion = Conversion::kPlain;
    DocumentHole of_file{};  // of kDocument
  };

  static Result<Hole> parse_hole(std::string_view text, const Shape& shape);
  static std::optional<Conversion> conversion(std::string_view name);
  static Result<std::string> value(const Hole& hole, const WriteOrder& order,
                                   const WritePlace& place);
  static Result<std::string> converted(const Hole& hole, std::string_view json,
                                       const WriteOrder& order, const WritePlace& place);

  std::vector<Hole> holes_;
  std::string tail_;
};

}  // namespace chartbell
