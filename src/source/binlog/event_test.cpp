// Events that a real server wrote, and what happens to them on a bad line.
#include "source/binlog/event.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "source/binlog/inflate.h"
#include "source/binlog/recorded_for_test.h"
#include "source/binlog/rows.h"
#include "source/binlog/schema.h"
#include "source/binlog/table_map.h"

namespace chartbell {
namespace {

Checksum checksum_of(const RecordedLog& log) {
  return parse_format(parse_event(bytes_of(log[0]), Checksum::kNone).value().body).value();
}

// Whatever the bytes are, everything that reads them ends with a value or with kProtocol.
void read_all(Bytes packet, Checksum checksum) {
  const auto event = parse_event(packet, checksum);
  if (!event) {
    EXPECT_EQ(event.error().code, Code::kProtocol);
    return;
  }
  std::vector<unsigned char> scratch;
  (void)parse_rotation(event->body).has_value();
  (void)parse_format(event->body).has_value();
  (void)parse_gtid(*event).has_value();
  (void)parse_query(*event, scratch).has_value();
  if (const auto map = parse_table_map(event->body)) {
    EXPECT_LE(map->columns.size(), 4096u);
    (void)RowReader::make(map->columns, {}).has_value();
  }
  (void)parse_rows(*event, scratch).has_value();
}

// A changed packet whose size and checksum are right again, so that more than the frame is tried.
std::string mended(std::string packet, Checksum checksum) {
  if (packet.size() < 23) return packet;
  for (std::size_t i = 0; i < 4; ++i)
    packet[9 + i] = static_cast<char>(packet.size() >> (8 * i) & 0xff);
  if (checksum == Checksum::kNone) return packet;
  const auto covered = bytes_of(packet).first(packet.size() - 4);
  const auto sum = crc32_z(0, covered.data(), covered.size());
  for (std::size_t i = 0; i < 4; ++i)
    packet[covered.size() + i] = static_cast<char>(sum >> (8 * i) & 0xff);
  return packet;
}

TEST(BinlogEvent, TheFormatTellsOfChecksums) {
  EXPECT_EQ(checksum_of(recorded_logs().at("crc32")), Checksum::kCrc32);
  EXPECT_EQ(checksum_of(recorded_logs().at("none")), Checksum::kNone);
}

TEST(BinlogEvent, EventsOfARealServerAreReadWhole) {
  for (const auto& [name, log] : recorded_logs()) {
    const auto checksum = checksum_of(log);
    int rows = 0;
    for (const auto& packet : log) {
      const auto event = parse_event(bytes_of(packet), checksum);
      ASSERT_TRUE(event) << name;
      EXPECT_FALSE(event->header.artificial());
      std::vector<unsigned char> scratch;
      if (is_rows(event->header.type)) rows += parse_rows(*event, scratch).has_value() ? 1 : 0;
    }
    EXPECT_EQ(rows, 4) << name;
    EXPECT_EQ(parse_event(bytes_of(log.back()), checksum)->header.type, LogEventType::kRotate);
  }
}

TEST(BinlogEvent, ARotationNamesTheNextFile) {
  const auto& log = recorded_logs().at("crc32");
  const auto event = parse_event(bytes_of(log.back()), Checksum::kCrc32).value();
  EXPECT_EQ(parse_rotation(event.body)->file, "binlog.000002");
}

// A server that uses checksums also puts them into what it makes up; one that does not, does not.
TEST(BinlogEvent, AMadeUpEventMayHaveAChecksum) {
  const auto bare = made_up_rotation("binlog.000009");
  const auto summed = mended(bare + "....", Checksum::kCrc32);
  for (const auto checksum : {Checksum::kNone, Checksum::kCrc32})
    for (const auto& packet : {bare, summed})
      EXPECT_EQ(parse_rotation(parse_event(bytes_of(packet), checksum)->body)->file,
                "binlog.000009");
}

TEST(BinlogEvent, AWrongChecksumIsNoEvent) {
  auto packet = recorded_logs().at("crc32")[3];
  packet[20] = static_cast<char>(packet[20] ^ 1);
  EXPECT_EQ(parse_event(bytes_of(packet), Checksum::kCrc32).error().code, Code::kProtocol);
}

TEST(BinlogEvent, AStatementIsReadCompressedOrNot) {
  for (const auto& [name, log] : recorded_logs()) {
    const auto checksum = checksum_of(log);
    const auto event = parse_event(bytes_of(log[log.size() - 2]), checksum).value();
    std::vector<unsigned char> scratch;
    const auto query = parse_query(event, scratch).value();
    EXPECT_EQ(query.database, "practice") << name;
    EXPECT_EQ(query.statement, "TRUNCATE TABLE patient") << name;
  }
}

TEST(BinlogEvent, CutAnywhereItIsNoEventOrAShorterOne) {
  for (const auto& [name, log] : recorded_logs())
    for (const auto& packet : log)
      for (std::size_t size = 0; size < packet.size(); ++size) {
        const auto cut = packet.substr(0, size);
        read_all(bytes_of(cut), Checksum::kNone);
        const auto whole = mended(cut, Checksum::kCrc32);
        read_all(bytes_of(whole), Checksum::kCrc32);
      }
}

TEST(BinlogEvent, AnyBytesEndWell) {
  SeededRandom random(4711);
  for (const auto& [name, log] : recorded_logs())
    for (const auto& packet : log)
      for (int round = 0; round < 300; ++round) {
        auto changed = packet;
        for (std::uint64_t flips = 1 + random.below(4); flips > 0; --flips)
          changed[random.below(changed.size())] = static_cast<char>(random.below(256));
        read_all(bytes_of(changed), Checksum::kNone);
        const auto whole = mended(changed, Checksum::kCrc32);
        read_all(bytes_of(whole), Checksum::kCrc32);
      }
}

TEST(BinlogInflate, APromiseBeyondWhatTheBytesHoldIsRefused) {
  std::vector<unsigned char> scratch;
  const unsigned char large[] = {0x84, 0x0f, 0xff, 0xff, 0xff, 1, 2, 3};
  EXPECT_FALSE(inflated(large, scratch));
  EXPECT_EQ(scratch.capacity(), 0u);
  for (const auto& bytes :
       {std::vector<unsigned char>{}, {0x80}, {0x85, 0, 0, 0, 0, 1}, {0xa1, 1, 1}, {0x81, 5, 0, 0}})
    EXPECT_FALSE(inflated(bytes, scratch));
}

// Reads the rows of a log with a reader of all columns, as texts.
std::vector<std::vector<std::string>> texts_of(const RecordedLog& log) {
  const auto checksum = checksum_of(log);
  ScriptedSql sql;
  sql.answers["information_schema"] = recorded_schema();
  const auto connection = sql.connect().value();
  const auto schema = read_schema(*connection, "practice", "patient").value();
  std::vector<std::optional<WantedColumn>> wanted;
  for (std::size_t i = 0; i < schema.size(); ++i)
    wanted.push_back(WantedColumn{i, value_info(schema[i])});
  std::optional<RowReader> reader;
  std::vector<std::vector<std::string>> out;
  std::vector<unsigned char> scratch;
  for (const auto& packet : log) {
    const auto event = parse_event(bytes_of(packet), checksum).value();
    if (event.header.type == LogEventType::kTableMap) {
      const auto map = parse_table_map(event.body).value();
      EXPECT_TRUE(same_layout(schema, map.columns));
      reader = RowReader::make(map.columns, wanted);
    }
    if (!is_rows(event.header.type)) continue;
    const auto rows = parse_rows(event, scratch).value();
    ByteReader bytes(rows.rows);
    for (bool second = false; !bytes.empty(); second = !second) {
      RowReader::Cells cells;
      const bool after = second && rows.change == RowChange::kUpdate;
      EXPECT_TRUE(reader->read(bytes, after ? rows.second : rows.first, cells));
      auto& row = out.emplace_back();
      for (const auto& cell : cells.cells)
        row.emplace_back(cell.state == Cell::State::kText   ? std::string(cell.text)
                         : cell.state == Cell::State::kNull ? "NULL"
                                                            : "-");
    }
  }
  return out;
}

TEST(BinlogRows, CellsAreWhatASelectGives) {
  std::string note;
  for (int i = 0; i < 30; ++i) note += "note ";
  const std::vector<std::string> ada = {"1",  "Ada Example", "1980-05-03", "12.50",
                                        note, "NULL",        "f"};
  const std::vector<std::string> bo = {
      "-2", "Bo", "NULL", "-0.05", "NULL", "2024-02-29 23:59:59.125", "m"};
  auto renamed = ada;
  renamed[1] = "Ada Sample";
  auto moved = bo;
  moved[0] = "3";
  const std::vector<std::vector<std::string>> expected = {ada, bo,    ada,    renamed,
                                                          bo,  moved, renamed};
  for (const auto* name : {"crc32", "none", "compressed", "myisam"})
    EXPECT_EQ(texts_of(recorded_logs().at(name)), expected) << name;
}

TEST(BinlogRows, AMinimalImageHasTheKeyAndWhatChanged) {
  const auto rows = texts_of(recorded_logs().at("minimal"));
  ASSERT_EQ(rows.size(), 7u);
  EXPECT_EQ(rows[2], (std::vector<std::string>{"1", "-", "-", "-", "-", "-", "-"}));
  EXPECT_EQ(rows[3], (std::vector<std::string>{"-", "Ada Sample", "-", "-", "-", "-", "-"}));
  EXPECT_EQ(rows[6], rows[2]);
}

TEST(BinlogRows, RowsOfAnyBytesEndWell) {
  const auto& log = recorded_logs().at("crc32");
  const auto map = parse_table_map(parse_event(bytes_of(log[5]), Checksum::kCrc32)->body).value();
  std::vector<std::optional<WantedColumn>> wanted;
  for (std::size_t i = 0; i < map.columns.size(); ++i) wanted.push_back(WantedColumn{i, {}});
  const auto reader = RowReader::make(map.columns, wanted).value();
  SeededRandom random(1);
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes(random.below(60), '\0');
    random.fill({reinterpret_cast<unsigned char*>(bytes.data()), bytes.size()});
    const std::string present(1, static_cast<char>(random.below(256)));
    RowReader::Cells cells;
    ByteReader rows(bytes_of(bytes));
    while (!rows.empty() && reader.read(rows, bytes_of(present), cells)) {
      if (rows.left().size() == bytes.size()) break;
    }
  }
}

}  // namespace
}  // namespace chartbell
