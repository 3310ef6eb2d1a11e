#include "app/report.h"

#include <gtest/gtest.h>

#include "app/mask.h"
#include "app/terminal.h"

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
  EXPECT_EQ(as_text(kRemarks, std::nullopt),
            "fine    disk: there is room\n"
            "warning office: clock: it is \"late\"\n        → use NTP\n\n1 warning\n");
  EXPECT_TRUE(as_text({kRemarks[0]}, std::nullopt).ends_with("\nall is well\n"));
}

TEST(Report, TextFitsIntoTheTerminal) {
  const Remarks remarks = {{Severity::kFault, "office: clock",
                            "the server's clock is an hour ahead",
                            "let both machines follow a time server"}};
  EXPECT_EQ(as_text(remarks, 40),
            "fault   office: clock: the server's\n"
            "        clock is an hour ahead\n"
            "        → let both machines follow a\n"
            "          time server\n\n1 fault\n");
}

TEST(Terminal, AWordThatIsTooLongIsALineOfItsOwn) {
  EXPECT_EQ(wrapped("a 123456789 b", 4, 1), "a\n 123456789\n b");
  EXPECT_EQ(wrapped("é é é é", 3, 0), "é é\né é");
  EXPECT_EQ(wrapped("", 3, 0), "");
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
