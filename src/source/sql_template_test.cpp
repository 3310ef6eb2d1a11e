#include "source/sql_template.h"

#include <gtest/gtest.h>

#include "source/sqlite_sql.h"
#include "support/sqlite_file.h"

namespace chartbell {
namespace {

const Shape& kShape = shape_of(ResourceKind::kAppointment);

class SqlTemplateTest : public testing::Test {
 protected:
  std::string rendered(std::string_view text) {
    const auto parsed = SqlTemplate::parse(text, kShape);
    EXPECT_TRUE(parsed) << parsed.error().detail;
    return parsed->render(order_, {"north", zone_, *connection_}).value();
  }

  SqliteFile file_;
  std::unique_ptr<SqlConnector> connector_ = sqlite_connector(file_.path());
  std::unique_ptr<SqlConnection> connection_ = connector_->connect().value();
  Zone zone_ = Zone::open("America/New_York").value();
  WriteOrder order_{.id = {7},
                    .key = ForeignKey("a'b"),
                    .leaves = {{"patient_id", "41"},
                               {"note", R"("it's \"so\"\u00e9")"},
                               {"cancelled", "true"},
                               {"start_time", R"("2026-07-01T14:30:00.000Z")"},
                               {"end_time", R"("2026-07-01T15:15:30.000Z")"}}};
};

TEST_F(SqlTemplateTest, LeavesAreLiteralsOfTheirTypes) {
  EXPECT_EQ(rendered("VALUES ({patient_id}, {note}, {cancelled}, {confirmed})"),
            R"(VALUES (41, 'it''s "so"é', TRUE, NULL))");
}

TEST_F(SqlTemplateTest, TimesAreOfTheLocationOrOfUtc) {
  EXPECT_EQ(rendered("{start_time:local} {start_time:local_date} {start_time:local_time}"),
            "'2026-07-01 10:30:00' '2026-07-01' '10:30:00'");
  EXPECT_EQ(rendered("{start_time:utc}"), "'2026-07-01 14:30:00'");
  EXPECT_EQ(rendered("{end_time:minutes} {end_time:seconds}"), "45 2730");
  EXPECT_EQ(rendered("{checkin_at:local}"), "NULL");
}

TEST_F(SqlTemplateTest, KeyLocationAndWriteAreKnown) {
  EXPECT_EQ(rendered("{@key} {@location} {@write}"), "'a''b' 'north' 7");
}

TEST_F(SqlTemplateTest, AMistakeIsNamed) {
  const auto fault = [](std::string_view text) {
    const auto parsed = SqlTemplate::parse(text, kShape);
    return parsed ? std::string("none") : parsed.error().detail;
  };
  EXPECT_EQ(fault("VALUES ({patient_ids})"),
            "{patient_ids}: the resource has no field \"patient_ids\"; did you mean "
            "\"patient_id\"?");
  EXPECT_EQ(fault("{start_time:locale}"),
            "{start_time:locale}: a conversion is local, local_date, local_time, utc, minutes or "
            "seconds");
  EXPECT_EQ(fault("{note:local}"), "{note:local}: this conversion is for times alone");
  EXPECT_EQ(fault("VALUES ({note)"), "a { without its }");
}

TEST_F(SqlTemplateTest, TellsWhatItTakes) {
  const auto parsed = SqlTemplate::parse("{note} {start_time:utc}", kShape).value();
  EXPECT_TRUE(parsed.takes("start_time"));
  EXPECT_FALSE(parsed.takes("confirmed"));
}

}  // namespace
}  // namespace chartbell
