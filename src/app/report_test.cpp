#include "app/report.h"

#include <gtest/gtest.h>

#include "app/mask.h"

namespace chartbell {
namespace {

const Remarks kRemarks = {{Severity::kFine, "disk", "there is room", ""},
                          {Severity::kWarning, "office: clock", "it is \"late\"", "use NTP"}};

TEST(Report, ExitCodeIsThatOfTheWorst) {
  EXPECT_EQ(exit_code({}), 0);
  EXPECT_EQ(exit_code(kRemarks), 1);
  EXPECT_EQ(exit_code({{Severity::kFault, "a", "b", "c"}, kRemarks[0]}), 2);
}

TEST(Report, TextSaysWhatToDo) {
  EXPECT_NE(as_text(kRemarks).find("office: clock: it is \"late\"\n        → use NTP\n"),
            std::string::npos);
}

TEST(Report, JsonIsForPrograms) {
  EXPECT_EQ(as_json({kRemarks[1]}),
            R"({"result":"warning","findings":[{"severity":"warning","subject":"office: clock",)"
            R"("what":"it is \"late\"","mend":"use NTP"}]})");
}

TEST(Mask, ShowsShapesAndNoValue) {
  const auto leaves = masked(Document(
      R"({"name":"Zoë O'Brien 12","bio":{"born":"1980-05-03","city":null},"fee":-12,"on":true})"));
  std::vector<std::string> shown;
  for (const auto& leaf : leaves) shown.push_back(leaf.path + "=" + leaf.shape);
  EXPECT_EQ(shown, (std::vector<std::string>{"name=\"xxx x'xxxxx 99\"", "bio.born=\"9999-99-99\"",
                                             "bio.city=", "fee=-99", "on=yes/no"}));
}

TEST(Mask, LongTextsEnd) {
  EXPECT_EQ(masked_text(std::string(100, 'a')), std::string(kMaskedMax, 'x') + "…");
}

}  // namespace
}  // namespace chartbell
