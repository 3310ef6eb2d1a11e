#include "base/log.h"

#include <algorithm>
#include <sstream>

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include "support/property.h"

namespace chartbell {
namespace {

// The log goes into a text while this lives.
class CapturedLog {
 public:
  CapturedLog() : before_(spdlog::default_logger()) {
    auto sink = std::make_shared<spdlog::sinks::ostream_sink_st>(text_);
    auto logger = std::make_shared<spdlog::logger>("captured", sink);
    logger->set_pattern("%l %v");
    spdlog::set_default_logger(logger);
  }
  ~CapturedLog() { spdlog::set_default_logger(before_); }
  CapturedLog(const CapturedLog&) = delete;
  CapturedLog& operator=(const CapturedLog&) = delete;

  std::string text() const { return text_.str(); }

 private:
  std::ostringstream text_;
  std::shared_ptr<spdlog::logger> before_;
};

std::string logged(std::string_view value) {
  const CapturedLog captured;
  log_info("event", {{"field", value}});
  return captured.text();
}

TEST(Log, ALineIsTheEventAndItsFields) {
  const CapturedLog captured;
  log_info("attempt", {{"status", 200}, {"host", "example.org"}, {"path", std::string("/a/b")}});
  log_warning("alone");
  log_error("gone", {{"offset", std::int64_t{-7}}});
  EXPECT_EQ(captured.text(),
            "info attempt status=200 host=example.org path=/a/b\nwarning alone\n"
            "error gone offset=-7\n");
}

TEST(Log, ValuesThatCouldBeMistakenAreQuoted) {
  EXPECT_EQ(logged("two words"), "info event field=\"two words\"\n");
  EXPECT_EQ(logged(""), "info event field=\"\"\n");
  EXPECT_EQ(logged("a=b"), "info event field=\"a=b\"\n");
  EXPECT_EQ(logged("say \"hi\" \\o/"), "info event field=\"say \\\"hi\\\" \\\\o/\"\n");
}

TEST(Log, NoValueForgesALine) {
  EXPECT_EQ(logged("x\n2024-01-01 error forged field=1"),
            "info event field=\"x\\x0a2024-01-01 error forged field=1\"\n");
  EXPECT_EQ(logged("x\r\nforged"), "info event field=\"x\\x0d\\x0aforged\"\n");
}

TEST(Log, NoValueReachesTheTerminal) {
  EXPECT_EQ(logged("\x1b[2J\x7f"), "info event field=\"\\x1b[2J\\x7f\"\n");
  EXPECT_EQ(logged(std::string_view("a\0b", 3)), "info event field=\"a\\x00b\"\n");
}

TEST(Log, FormatCharactersAreOrdinary) {
  EXPECT_EQ(logged("{}{0}%s%n"), "info event field={}{0}%s%n\n");
}

TEST(Log, LongValuesAreCut) {
  EXPECT_EQ(logged(std::string(5000, 'x')), "info event field=" + std::string(1024, 'x') + "\n");
}

TEST(Log, AnyBytesGiveExactlyOneLineWithoutControlCharacters) {
  check_property([] {
    const auto line = logged(*any_bytes());
    RC_ASSERT(std::ranges::count(line, '\n') == 1);
    RC_ASSERT(std::ranges::none_of(line.substr(0, line.size() - 1), [](char c) {
      return static_cast<unsigned char>(c) < ' ' || c == '\x7f';
    }));
  });
}

}  // namespace
}  // namespace chartbell
