#include "source/binlog/position.h"

#include <gtest/gtest.h>

namespace chartbell {
namespace {

TEST(BinlogPosition, EveryFormReadsBackAsItWasWritten) {
  for (const std::string text :
       {"gtid:", "gtid:0-1-4711", "gtid:0-1-4711,1-2-18446744073709551615",
        "gtid:0-1-4711@binlog.000004:1234", "gtid:0-1-4711@odd:name@x.1:4",
        "file:binlog.000004:1234", "file:binlog.000004:1234@1764187200", "file:a:b@c.000001:4@7"}) {
    const auto position = parse_position(text);
    ASSERT_TRUE(position) << text;
    EXPECT_EQ(to_text(*position), text);
  }
}

TEST(BinlogPosition, GtidsAreReadAsTheServerPrintsThem) {
  const auto gtids = parse_gtids("2-7-9,\n0-1-5, 1-1-1").value();
  EXPECT_EQ(to_text(gtids), "0-1-5,1-1-1,2-7-9");
  EXPECT_EQ(parse_gtid_list("0-1-5,0-2-6").value().size(), 2u);
}

TEST(BinlogPosition, AnythingElseIsLost) {
  for (const std::string text :
       {"", "gtid", "gtid:1-2", "gtid:a-b-c", "gtid:0-1-2@", "gtid:0-1-2@f", "gtid:0-1-2@:4",
        "gtid:4294967296-1-1", "gtid:0-1-18446744073709551616", "file:", "file:x", "file::4",
        "file:x:", "file:x:-1", "file:x:1@", "file:x:1@z", "lsn:0/1", "gtid:0-1--2"}) {
    const auto position = parse_position(text);
    ASSERT_FALSE(position) << text;
    EXPECT_EQ(position.error().code, Code::kPositionLost);
  }
}

TEST(BinlogPosition, AListHasALimit) {
  std::string text = "0-1-1";
  for (int i = 1; i < 20'000; ++i) text += ",0-1-1";
  EXPECT_FALSE(parse_gtids(text));
}

}  // namespace
}  // namespace chartbell
