// The invented people: whom a demo's watchers may safely see.
#include "app/practice/people.h"

#include <set>

#include <gtest/gtest.h>

namespace chartbell::practice {
namespace {

constexpr LocalTime kToday = LocalTime(std::chrono::local_days(
    std::chrono::year_month_day(std::chrono::year(2024), std::chrono::May, std::chrono::day(14))));

enum class Script {
  kNone,
  kLatin,
  kGreek,
  kCyrillic,
  kArmenian,
  kHebrew,
  kArabic,
  kDevanagari,
  kTamil,
  kThai,
  kKana,
  kHan,
  kHangul,
};

struct Block {
  char32_t first;
  char32_t last;
  Script script;
};
constexpr Block kBlocks[] = {
    {0x41, 0x24F, Script::kLatin},       {0x370, 0x3FF, Script::kGreek},
    {0x400, 0x52F, Script::kCyrillic},   {0x530, 0x58F, Script::kArmenian},
    {0x590, 0x5FF, Script::kHebrew},     {0x600, 0x6FF, Script::kArabic},
    {0x900, 0x97F, Script::kDevanagari}, {0xB80, 0xBFF, Script::kTamil},
    {0xE00, 0xE7F, Script::kThai},       {0x3040, 0x30FF, Script::kKana},
    {0x4E00, 0x9FFF, Script::kHan},      {0xAC00, 0xD7AF, Script::kHangul}};

// The script of the text's first character; the text is not empty and UTF-8.
Script script_of(const std::string& text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::size_t length = byte(0) < 0x80 ? 1 : byte(0) < 0xE0 ? 2 : byte(0) < 0xF0 ? 3 : 4;
  char32_t code = length == 1 ? byte(0) : byte(0) & (0xFFu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) code = code << 6 | (byte(i) & 0x3Fu);
  for (const Block& block : kBlocks)
    if (code >= block.first && code <= block.last) return block.script;
  return Script::kNone;
}

TEST(People, HaveNamesOfManyScripts) {
  SeededRandom random(1);
  std::set<Script> scripts;
  for (int i = 0; i < 400; ++i) scripts.insert(script_of(draw_person(random, kToday).first_name));
  scripts.erase(Script::kNone);
  EXPECT_EQ(scripts.size(), std::size(kBlocks));
}

TEST(People, LiveInTheRangesSetAsideForFiction) {
  SeededRandom random(12);
  for (int i = 0; i < 500; ++i) {
    const Person person = draw_person(random, kToday);
    for (const auto& phone : {person.wireless_phone, person.home_phone, person.work_phone})
      EXPECT_TRUE(phone.empty() || phone.find(") 555-01") == 4) << phone;
    EXPECT_TRUE(person.email.empty() || person.email.ends_with("@example.org") ||
                person.email.ends_with("@example.com"))
        << person.email;
    EXPECT_TRUE(parse_local(person.birthdate));
    EXPECT_FALSE((person.first_name + person.last_name).empty());
  }
}

TEST(People, OfOneFamilyShareNameAndAddress) {
  SeededRandom random(13);
  const Person head = draw_person(random, kToday);
  const Person child = draw_relative(random, head, Relation::kChild, kToday);
  EXPECT_EQ(child.last_name, head.last_name);
  EXPECT_EQ(child.address, head.address);
  EXPECT_GT(child.birthdate, "2006-01-01");
}

}  // namespace
}  // namespace chartbell::practice
