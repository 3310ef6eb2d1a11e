#include "source/alias.h"

#include <gtest/gtest.h>

#include "support/property.h"

namespace chartbell {
namespace {

Result<Column> patient(std::string_view alias) {
  return parse_alias(alias, shape_of(ResourceKind::kPatient));
}
Result<Column> appointment(std::string_view alias) {
  return parse_alias(alias, shape_of(ResourceKind::kAppointment));
}

TEST(Alias, WithoutConversionTheFieldsTypeDecides) {
  EXPECT_EQ(patient("first_name")->conversion, Conversion::kText);
  EXPECT_EQ(patient("bio.city")->path, "bio.city");
  EXPECT_EQ(patient("inactive")->conversion, Conversion::kBoolean);
  EXPECT_EQ(patient("guarantor_id")->conversion, Conversion::kInteger);
  EXPECT_EQ(patient("bio.date_of_birth")->conversion, Conversion::kDate);
  EXPECT_EQ(patient("balance.amount")->conversion, Conversion::kMoney);
  EXPECT_EQ(appointment("patient_confirmed")->conversion, Conversion::kBoolean);
}

TEST(Alias, EveryConversionHasItsName) {
  EXPECT_EQ(patient("first_name:str")->conversion, Conversion::kText);
  EXPECT_EQ(patient("guarantor_id:int")->conversion, Conversion::kInteger);
  EXPECT_EQ(patient("inactive:bool")->conversion, Conversion::kBoolean);
  EXPECT_EQ(patient("bio.date_of_birth:date")->conversion, Conversion::kDate);
  EXPECT_EQ(patient("balance.amount:money")->conversion, Conversion::kMoney);
  EXPECT_EQ(appointment("start_time:local")->conversion, Conversion::kLocal);
  EXPECT_EQ(appointment("start_time:local_timed")->conversion, Conversion::kLocalTimed);
  EXPECT_EQ(appointment("start_time:plus_minutes")->conversion, Conversion::kPlusMinutes);
  EXPECT_EQ(appointment("start_time:utc")->conversion, Conversion::kUtc);
  EXPECT_EQ(parse_alias("body_site:json", shape_of(ResourceKind::kProcedure))->conversion,
            Conversion::kJson);
}

TEST(Alias, ArgumentsNameACodeListOrAKind) {
  const auto gender = patient("bio.gender:enum(gender)");
  ASSERT_TRUE(gender);
  EXPECT_EQ(gender->conversion, Conversion::kEnum);
  EXPECT_EQ(gender->code_list, "gender");
  const auto guarantor = patient("guarantor_id:ref(patient)");
  ASSERT_TRUE(guarantor);
  EXPECT_EQ(guarantor->conversion, Conversion::kReference);
  EXPECT_EQ(guarantor->referenced, ResourceKind::kPatient);
  const auto locations = patient("location_ids:refs(location)");
  ASSERT_TRUE(locations);
  EXPECT_EQ(locations->conversion, Conversion::kReferences);
  EXPECT_EQ(locations->referenced, ResourceKind::kLocation);
}

TEST(Alias, Controls) {
  for (const auto* name : {"@key", "@location", "@parent"}) {
    const auto column = patient(name);
    ASSERT_TRUE(column) << name;
    EXPECT_EQ(column->conversion, Conversion::kControl);
    EXPECT_EQ(column->path, name);
  }
}

TEST(Alias, WhatIsWrongIsNamed) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", "no field \"\""},
      {"nickname", "no field \"nickname\""},
      {"bio", "no field \"bio\""},
      {"First_name", "no field \"First_name\""},
      {" first_name", "no field"},
      {"id", "written by Chartbell itself"},
      {"updated_at:local", "written by Chartbell itself"},
      {"foreign_id", "written by Chartbell itself"},
      {"first_name:text", "no conversion \"text\""},
      {"first_name:int", "\"int\" does not give the type of \"first_name\""},
      {"balance.amount:int", "does not give the type"},
      {"bio.gender:enum", "enum needs a code list"},
      {"bio.gender:enum()", "enum needs a code list"},
      {"bio.gender:enum(gender", "no conversion \"enum(gender\""},
      {"guarantor_id:ref(person)", "no kind of resource \"person\""},
      {"guarantor_id:ref", "no kind of resource \"\""},
      {"first_name:str(3)", "takes no argument"},
      {"location_ids", "needs a conversion"},
      {"location_ids:ref(location)", "does not give the type"},
      {"@keys", "no control column \"@keys\""},
      {"@key:int", "no control column"},
  };
  for (const auto& [alias, wanted] : cases) {
    const auto column = patient(alias);
    ASSERT_FALSE(column) << alias;
    EXPECT_EQ(column.error().code, Code::kMapping);
    EXPECT_NE(column.error().detail.find(wanted), std::string::npos)
        << alias << ": " << column.error().detail;
  }
}

TEST(Alias, ATimeMustSayWhoseClockItIs) {
  const auto column = appointment("start_time");
  ASSERT_FALSE(column);
  EXPECT_NE(column.error().detail.find(":local"), std::string::npos);
}

TEST(Alias, AnyBytesAreAColumnOrAnError) {
  check_property([] {
    const auto bytes = *any_bytes();
    RC_ASSERT(!patient(bytes));
    RC_ASSERT(!patient("first_name:" + bytes) || bytes.empty() || bytes == "str");
  });
}

std::vector<std::string> aliases(std::string_view select) {
  std::size_t fault = 0;
  const auto found = aliases_of(select, &fault);
  if (!found) return {"refused at " + std::to_string(fault)};
  std::vector<std::string> out;
  for (const auto& alias : *found) {
    out.push_back(alias.text);
    EXPECT_EQ(select.substr(alias.offset + 1, alias.text.size()), alias.text);
  }
  return out;
}

using Texts = std::vector<std::string>;

TEST(SelectList, AliasesInOrder) {
  EXPECT_EQ(aliases(R"(SELECT a AS "x", b.c as "y:int" FROM t)"), (Texts{"x", "y:int"}));
  EXPECT_EQ(aliases("select\n\ta\tAs\n\"x\"\r\nfrom t"), (Texts{"x"}));
  EXPECT_EQ(aliases(R"(SELECT 1 AS "x")"), (Texts{"x"}));
}

TEST(SelectList, WhatStandsInParenthesesAndQuotesIsNotLookedAt) {
  EXPECT_EQ(aliases(R"(SELECT COALESCE(a, (SELECT b FROM u), 'x, FROM y') AS "x",
                       CASE WHEN a = ',' THEN 'AS' END AS "y" FROM t)"),
            (Texts{"x", "y"}));
  EXPECT_EQ(aliases(R"(SELECT 'it''s, FROM' AS "x", EXTRACT(YEAR FROM d) AS "y" FROM t)"),
            (Texts{"x", "y"}));
  EXPECT_EQ(aliases(R"(SELECT a AS "b, FROM c" FROM t)"), (Texts{"b, FROM c"}));
}

TEST(SelectList, AnItemWithoutAliasIsRefusedWhereItStands) {
  EXPECT_EQ(aliases(R"(SELECT a AS "x", b FROM t)"), (Texts{"refused at 17"}));
  EXPECT_EQ(aliases(R"(SELECT a "x" FROM t)"), (Texts{"refused at 9"}));
  EXPECT_EQ(aliases("SELECT a AS x FROM t"), (Texts{"refused at 12"}));
  EXPECT_EQ(aliases("SELECT * FROM t"), (Texts{"refused at 7"}));
  EXPECT_EQ(aliases(R"(SELECT a AS "" FROM t)"), (Texts{"refused at 12"}));
  EXPECT_EQ(aliases(R"(SELECT a AS "x)"), (Texts{"refused at 12"}));
  EXPECT_EQ(aliases("UPDATE t SET a = 1"), (Texts{"refused at 0"}));
  EXPECT_EQ(aliases(""), (Texts{"refused at 0"}));
  EXPECT_EQ(aliases(R"(SELECT (a AS "x" FROM t)"), (Texts{"refused at 22"})) << "never closed";
  EXPECT_EQ(aliases(R"(SELECT a) AS "x" FROM t)"), (Texts{"refused at 22"})) << "never opened";
}

TEST(SelectList, AnyBytesAreTakenWithoutHarm) {
  check_property([] {
    std::size_t fault = 0;
    const std::string text = "SELECT " + *any_bytes();
    if (!aliases_of(text, &fault)) RC_ASSERT(fault <= text.size());
    tables_of(text);
  });
}

TEST(Tables, AfterFromAndJoinOnceEachInLowerCase) {
  EXPECT_EQ(tables_of(R"(SELECT a FROM Patient p LEFT JOIN clinic c ON c.x = p.x
                         JOIN clinic d ON d.y IN (SELECT z FROM inner_one))"),
            (Texts{"patient", "clinic", "inner_one"}));
  EXPECT_EQ(tables_of("SELECT x FROM (SELECT 'from u' AS y FROM t) s"), (Texts{"t"}));
  EXPECT_EQ(tables_of("SELECT 1"), Texts{});
}

}  // namespace
}  // namespace chartbell
