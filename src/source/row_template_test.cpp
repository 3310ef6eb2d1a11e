// Rows of a real SQLite file through a mapping's columns.
#include "source/row_template.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include "source/sqlite_sql.h"
#include "support/numbered_ids.h"
#include "support/property.h"
#include "support/sqlite_file.h"

namespace chartbell {
namespace {

namespace json = boost::json;

constexpr std::string_view kHead = R"toml(
[source]
name = "small"
display_name = "Small"
foreign_id_type = "small"
null_date = "0001-01-01"
[enum.gender]
"0" = "Male"
"é'" = "Other \"é\""
)toml";

Zone zone(std::string_view name) {
  return Zone::open(name).value();
}

// Renders the one row that a SELECT gives, as a resource of the kind.
class Rendering {
 public:
  Rendering(std::string_view kind, const std::string& columns)
      : mapping_(read(kind, columns)),
        context_(mapping_,
                 {{"1", LocationId{11}, zone("America/New_York")},
                  {"K", LocationId{12}, zone("Asia/Kolkata")}},
                 ids_) {
    const auto& resource = mapping_.resources.front();
    const RowTemplate rows(shape_of(resource.kind), resource.columns, mapping_,
                           {{"institution_id", "5"}, {"foreign_id_type", "\"small\""}});
    const auto connector = sqlite_connector(file_.path());
    const auto connection = connector->connect().value();
    const auto found = connection->query(resource.select).value();
    EXPECT_TRUE(found->next().value());
    auto rendered = rows.render(*found, context_);
    if (rendered) {
      location = rendered->location.value;
      text = rendered->text;
      json::error_code error;
      parsed_ = json::parse(text, error);
      EXPECT_FALSE(error) << text;
    } else {
      failed = rendered.error().code;
    }
  }

  // The leaf as JSON text, "bio.city".
  std::string at(std::string_view path) const {
    json::error_code error;
    std::string pointer = "/" + std::string(path);
    for (char& c : pointer) c = c == '.' ? '/' : c;
    const auto* leaf = parsed_.find_pointer(pointer, error);
    return leaf == nullptr ? "absent" : json::serialize(*leaf);
  }
  std::int64_t unshown() const { return context_.unshown(); }
  const NumberedIds& ids() const { return ids_; }

  std::string text;
  std::int64_t location = 0;
  std::optional<Code> failed;

 private:
  static Mapping read(std::string_view kind, const std::string& columns) {
    auto mapping =
        parse_mapping(std::string(kHead) + "[[resource]]\nkind = \"" + std::string(kind) +
                          "\"\nkey = \"k\"\nselect = '''\nSELECT " + columns + "'''\n",
                      "small.toml");
    EXPECT_TRUE(mapping) << mapping.error().detail;
    return *std::move(mapping);
  }

  SqliteFile file_;
  const Mapping mapping_;
  NumberedIds ids_;
  RowContext context_;
  json::value parsed_;
};

TEST(RowTemplate, LeavesThatNobodyKnowsHoldTheirAbsentValue) {
  const Rendering row("patient", R"sql(7 AS "@key", 'Ann' AS "first_name")sql");
  EXPECT_EQ(row.at("id"), "null");
  EXPECT_EQ(row.at("created_at"), "null");
  EXPECT_EQ(row.at("first_name"), "\"Ann\"");
  EXPECT_EQ(row.at("last_name"), "null");
  EXPECT_EQ(row.at("bio.new_patient"), "false");
  EXPECT_EQ(row.at("bio.address_line_1"), "\"\"");
  EXPECT_EQ(row.at("location_ids"), "[]");
  EXPECT_EQ(row.at("balance.currency"), "\"USD\"");
  EXPECT_EQ(row.at("institution_id"), "5");
  EXPECT_EQ(row.at("foreign_id"), "\"7\"");
  EXPECT_EQ(row.at("foreign_id_type"), "\"small\"");
}

TEST(RowTemplate, NullIsTheAbsentValue) {
  const Rendering row("patient",
                      R"sql(7 AS "@key", NULL AS "first_name", NULL AS "inactive:bool",
                         NULL AS "balance.amount:money", NULL AS "guarantor_id:ref(patient)",
                      NULL AS "bio.gender:enum(gender)",
                      NULL AS "location_ids:refs(location)")sql");
  EXPECT_EQ(row.at("first_name"), "null");
  EXPECT_EQ(row.at("inactive"), "false");
  EXPECT_EQ(row.at("balance.amount"), "null");
  EXPECT_EQ(row.at("guarantor_id"), "null");
  EXPECT_EQ(row.at("bio.gender"), "null");
  EXPECT_EQ(row.at("location_ids"), "[]");
  EXPECT_EQ(row.unshown(), 0);
}

TEST(RowTemplate, ReferencesBecomeOurIds) {
  const Rendering row("appointment", R"sql(7 AS "@key", 31 AS "patient_id:ref(patient)",
                      31 AS "provider_id:ref(provider)")sql");
  EXPECT_EQ(row.at("patient_id"),
            std::to_string(row.ids().id_of(ResourceKind::kPatient, std::int64_t{31})));
  EXPECT_EQ(row.at("provider_id"),
            std::to_string(row.ids().id_of(ResourceKind::kProvider, std::int64_t{31})));
  EXPECT_NE(row.at("patient_id"), row.at("provider_id"));
}

TEST(RowTemplate, SeveralReferencesAreASetHoweverTheyCome) {
  const Rendering row("schedule",
                      R"sql(7 AS "@key", '9,3,9,4' AS "operatory_ids:refs(operatory)")sql");
  const auto id = [&](std::int64_t key) {
    return std::to_string(row.ids().id_of(ResourceKind::kOperatory, key));
  };
  EXPECT_EQ(row.at("operatory_ids"), "[" + id(9) + "," + id(3) + "," + id(4) + "]");
  const Rendering wrong("schedule",
                        R"sql(7 AS "@key", '9;3' AS "operatory_ids:refs(operatory)")sql");
  EXPECT_EQ(wrong.failed, Code::kMapping);
}

TEST(RowTemplate, LocationsAreOursByTheConfigurationAndPlaceTheRow) {
  const Rendering row("patient", R"sql(7 AS "@key", 'K' AS "location_ids:refs(location)",
                      'K' AS "@location")sql");
  EXPECT_EQ(row.at("location_ids"), "[12]");
  EXPECT_EQ(row.location, 12);
  const Rendering appointment("appointment",
                              R"sql(7 AS "@key", 1 AS "location_id:ref(location)")sql");
  EXPECT_EQ(appointment.at("location_id"), "11");
  EXPECT_EQ(appointment.location, 11);
}

TEST(RowTemplate, AnUnknownLocationIsCountedAndBelongsToNone) {
  const Rendering row("patient", R"sql(7 AS "@key", 9 AS "location_ids:refs(location)",
                      9 AS "@location")sql");
  EXPECT_EQ(row.at("location_ids"), "[]");
  EXPECT_EQ(row.location, 0);
  EXPECT_EQ(row.unshown(), 1);
  const Rendering one("appointment", R"sql(7 AS "@key", 9 AS "location_id:ref(location)")sql");
  EXPECT_EQ(one.at("location_id"), "null");
  EXPECT_EQ(one.unshown(), 1);
}

TEST(RowTemplate, AReferenceThatIsNoKeyIsTheMappingsFault) {
  const Rendering row("patient", R"sql(7 AS "@key", 'x1' AS "guarantor_id:ref(patient)")sql");
  EXPECT_EQ(row.failed, Code::kMapping);
}

TEST(RowTemplate, UnknownCodesAreNullAndCounted) {
  const Rendering known("patient", R"sql(7 AS "@key", 0 AS "bio.gender:enum(gender)")sql");
  EXPECT_EQ(known.at("bio.gender"), "\"Male\"");
  EXPECT_EQ(known.unshown(), 0);
  const Rendering odd("patient",
                      R"sql(7 AS "@key", 'é' || char(39) AS "bio.gender:enum(gender)")sql");
  EXPECT_EQ(odd.at("bio.gender"), "\"Other \\\"é\\\"\"");
  const Rendering unknown("patient", R"sql(7 AS "@key", 9 AS "bio.gender:enum(gender)")sql");
  EXPECT_EQ(unknown.at("bio.gender"), "null");
  EXPECT_EQ(unknown.unshown(), 1);
}

TEST(RowTemplate, ValuesThatAreNotOfTheirTypeAreNullAndCounted) {
  const Rendering row("procedure", R"sql(7 AS "@key", 'lots' AS "fee.amount:money",
                                      '{broken' AS "body_site:json",
                                      'soon' AS "start_date:date")sql");
  EXPECT_EQ(row.at("fee.amount"), "null");
  EXPECT_EQ(row.at("body_site"), "null");
  EXPECT_EQ(row.at("start_date"), "null");
  EXPECT_EQ(row.unshown(), 2);
}

TEST(RowTemplate, AFlagIsZeroOrOneOnTheWire) {
  const auto flag = [](const std::string& sql) {
    return Rendering("appointment", "7 AS \"@key\", " + sql).at("patient_confirmed");
  };
  EXPECT_EQ(flag(R"sql(1 AS "patient_confirmed")sql"), "1");
  EXPECT_EQ(flag(R"sql(0 AS "patient_confirmed:bool")sql"), "0");
  EXPECT_EQ(flag(R"sql('true' AS "patient_confirmed:bool")sql"), "1");
  EXPECT_EQ(flag(R"sql(1 AS "patient_confirmed:int")sql"), "1");
  EXPECT_EQ(flag(R"sql(NULL AS "patient_confirmed:bool")sql"), "0");
}

TEST(RowTemplate, LocalTimesAreOfTheRowsLocation) {
  const std::string columns = R"sql(7 AS "@key", '2024-07-15 09:00:00' AS "start_time:local")sql";
  const Rendering first("appointment", columns);
  EXPECT_EQ(first.at("start_time"), "\"2024-07-15T13:00:00.000Z\"") << "the first location's zone";
  EXPECT_EQ(first.at("timezone"), "\"America/New_York\"");
  EXPECT_EQ(first.at("timezone_offset"), "\"-4:00\"");
  const Rendering kolkata("appointment", columns + R"sql(, 'K' AS "location_id:ref(location)")sql");
  EXPECT_EQ(kolkata.at("start_time"), "\"2024-07-15T03:30:00.000Z\"");
  EXPECT_EQ(kolkata.at("timezone"), "\"Asia/Kolkata\"");
  EXPECT_EQ(kolkata.at("timezone_offset"), "\"+5:30\"");
}

TEST(RowTemplate, UtcTimesStayAsTheyAre) {
  const Rendering row("appointment",
                      R"sql(7 AS "@key", '2024-07-15 09:00:00.5' AS "start_time:utc")sql");
  EXPECT_EQ(row.at("start_time"), "\"2024-07-15T09:00:00.500Z\"");
  const Rendering zoned("appointment",
                        R"sql(7 AS "@key", '2024-07-15 09:00:00+00' AS "start_time:utc")sql");
  EXPECT_EQ(zoned.at("start_time"), "\"2024-07-15T09:00:00.000Z\"");
}

TEST(RowTemplate, MidnightMeansNotSetForTimedColumnsOnly) {
  const Rendering row("appointment", R"sql(7 AS "@key", '2024-07-15 00:00:00' AS "start_time:local",
                       '2024-07-15 00:00:00' AS "checkin_at:local_timed",
                       '2024-07-15 00:00:01' AS "checked_out_at:local_timed",
                       '0001-01-01 00:00:00' AS "confirmed_at:local")sql");
  EXPECT_EQ(row.at("start_time"), "\"2024-07-15T04:00:00.000Z\"");
  EXPECT_EQ(row.at("checkin_at"), "null");
  EXPECT_EQ(row.at("checked_out_at"), "\"2024-07-15T04:00:01.000Z\"");
  EXPECT_EQ(row.at("confirmed_at"), "null");
}

std::string end_time(const std::string& minutes) {
  return Rendering("appointment",
                   R"sql(7 AS "@key", '2024-03-10 01:30:00' AS "end_time:local", )sql" + minutes +
                       R"sql( AS "end_time:plus_minutes")sql")
      .at("end_time");
}

TEST(RowTemplate, MinutesAreAddedToTheMomentNotToTheClockOnTheWall) {
  EXPECT_EQ(end_time("60"), "\"2024-03-10T07:30:00.000Z\"") << "across the change to summer time";
  EXPECT_EQ(end_time("0"), "\"2024-03-10T06:30:00.000Z\"");
  EXPECT_EQ(end_time("NULL"), "\"2024-03-10T06:30:00.000Z\"");
  EXPECT_EQ(end_time("-30"), "\"2024-03-10T06:00:00.000Z\"");
}

TEST(RowTemplate, MomentsBeyondTheFormOfTheWireAreNull) {
  EXPECT_EQ(end_time("9223372036854775807"), "null");
  EXPECT_EQ(end_time("-9223372036854775807"), "null");
  EXPECT_EQ(end_time("4611686018427387904"), "null");
  const Rendering last("appointment",
                       R"sql(7 AS "@key", '9999-12-31 23:59:59' AS "start_time:local")sql");
  EXPECT_EQ(last.at("start_time"), "null") << "year 10000 in UTC";
}

std::string sql_blob(std::string_view bytes) {
  std::string out = "CAST(x'";
  constexpr std::string_view digits = "0123456789abcdef";
  for (const char c : bytes) {
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 15];
  }
  return out + "' AS TEXT)";
}

TEST(RowTemplate, HostileTextsStayTexts) {
  using namespace std::string_literals;
  const std::pair<std::string, std::string> cases[] = {
      {"O'Brien \"Bob\" \\", "O'Brien \"Bob\" \\"},
      {"\",\"id\":1,\"x\":\"", "\",\"id\":1,\"x\":\""},
      {"a\0b"s, "a\0b"s},
      {"Ren\xE9", "Ren\xEF\xBF\xBD"},
      {"👩‍⚕️ 🦷", "👩‍⚕️ 🦷"},
      {"שלום \xE2\x80\xAE gnp", "שלום \xE2\x80\xAE gnp"},
      {"line\nbreak\ttab", "line\nbreak\ttab"},
      {"山本 真理子", "山本 真理子"}};
  for (const auto& [stored, wanted] : cases) {
    const Rendering row("patient", sql_blob(stored) + R"sql( AS "@key", )sql" + sql_blob(stored) +
                                       R"sql( AS "name")sql");
    EXPECT_EQ(json::parse(row.at("name")).as_string(), wanted);
    EXPECT_EQ(json::parse(row.at("foreign_id")).as_string(), wanted);
  }
}

TEST(RowTemplate, AnyBytesInAnyColumnGiveAValidDocumentOrAMappingError) {
  check_property(
      [] {
        const auto bytes = sql_blob(*any_bytes());
        const Rendering row("appointment", "7 AS \"@key\", " + bytes + " AS \"note\", " + bytes +
                                               " AS \"confirmed:bool\", " + bytes +
                                               " AS \"start_time:local\", " + bytes +
                                               " AS \"patient_confirmed:int\", " + bytes +
                                               " AS \"location_id:ref(location)\", " + bytes +
                                               " AS \"patient_id:ref(patient)\"");
        RC_ASSERT(!row.failed || row.failed == Code::kMapping);
      },
      100);
}

TEST(ForeignKey, IntegersAndTexts) {
  EXPECT_EQ(foreign_key("7", KeyType::kInteger).value(), ForeignKey(std::int64_t{7}));
  EXPECT_EQ(foreign_key("7", KeyType::kText).value(), ForeignKey("7"));
  EXPECT_EQ(foreign_key("", KeyType::kText).value(), ForeignKey(""));
  for (const auto* text : {"", "7a", "7.0", " 7", "99999999999999999999"})
    EXPECT_FALSE(foreign_key(text, KeyType::kInteger)) << text;
}

}  // namespace
}  // namespace chartbell
