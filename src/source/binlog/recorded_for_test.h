// Recorded: the small logs of a real MariaDB in tests/binlog/logs.txt, and stand-ins for the server
// around them.
#pragma once

#include <deque>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <zlib.h>

#include "base/encoding.h"
#include "source/binlog/event.h"
#include "source/binlog/stream.h"
#include "source/sql.h"
#include "support/fake_clock.h"

namespace chartbell {

using RecordedLog = std::vector<std::string>;  // an event each

inline Bytes bytes_of(const std::string& text) {
  return {reinterpret_cast<const unsigned char*>(text.data()), text.size()};
}

inline const std::map<std::string, RecordedLog>& recorded_logs() {
  static const auto logs = [] {
    std::map<std::string, RecordedLog> out;
    std::ifstream file(CHARTBELL_SOURCE_DIR "/tests/binlog/logs.txt");
    std::string name;
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with("# "))
        name = line.substr(2);
      else
        out[name].push_back(from_hex(line).value());
    }
    EXPECT_EQ(out.size(), 5u);
    return out;
  }();
  return logs;
}

// The event that a server makes up to name the file which it begins to send.
inline std::string made_up_rotation(const std::string& file) {
  const auto little = [](std::uint64_t number, std::size_t bytes) {
    std::string out;
    for (; bytes > 0; --bytes, number >>= 8) out += static_cast<char>(number & 0xff);
    return out;
  };
  const auto size = 19 + 8 + file.size();
  return little(0, 4) + little(4, 1) + little(7, 4) + little(size, 4) + little(0, 4) +
         little(0x20, 2) + little(4, 8) + file;
}

inline std::string made_up_heartbeat() {
  auto out = made_up_rotation("binlog.000001");
  out[4] = 27;
  return out;
}

// Gives events as a server does, with pauses between them.
class ScriptedStream final : public BinlogStream {
 public:
  struct Step {
    std::string event;
    Milliseconds pause{0};  // before it
  };
  ScriptedStream(std::deque<Step> steps, FakeClock& clock)
      : steps_(std::move(steps)), clock_(clock) {}

  Result<std::optional<Bytes>> next(Milliseconds patience) override {
    const auto pause = steps_.empty() ? Milliseconds::max() : steps_.front().pause;
    if (pause > patience) {
      clock_.advance(patience);
      if (!steps_.empty()) steps_.front().pause -= patience;
      return std::nullopt;
    }
    clock_.advance(pause);
    last_ = std::move(steps_.front().event);
    steps_.pop_front();
    return bytes_of(last_);
  }

 private:
  std::deque<Step> steps_;
  FakeClock& clock_;
  std::string last_;
};

class ScriptedLog final : public BinlogConnector {
 public:
  explicit ScriptedLog(FakeClock& clock) : clock_(clock) {}

  Result<std::unique_ptr<BinlogStream>> open(const BinlogPosition& from) override {
    opened_at = to_text(from);
    return std::make_unique<ScriptedStream>(steps, clock_);
  }

  std::deque<ScriptedStream::Step> steps;
  std::string opened_at;

 private:
  FakeClock& clock_;
};

// Answers a statement by the first words of it that it knows.
class ScriptedSql final : public SqlConnector {
 public:
  using Row = std::vector<std::optional<std::string>>;

  Result<std::unique_ptr<SqlConnection>> connect() override {
    return std::make_unique<Connection>(*this);
  }
  const std::string& shown_url() const override { return url_; }

  std::map<std::string, std::vector<Row>> answers;
  std::vector<std::string> asked;
  std::function<void(const std::string&)> on_query = [](const std::string&) {};

 private:
  class Rows final : public SqlRows {
   public:
    explicit Rows(std::vector<Row> rows) : rows_(std::move(rows)) {}
    Result<bool> next() override { return at_++ < rows_.size(); }
    std::optional<std::string_view> text(std::size_t column) const override {
      const auto& value = rows_[at_ - 1][column];
      return value ? std::optional<std::string_view>(*value) : std::nullopt;
    }

   private:
    std::vector<Row> rows_;
    std::size_t at_ = 0;
  };

  class Connection final : public SqlConnection {
   public:
    explicit Connection(ScriptedSql& script) : script_(script) {}
    Result<std::unique_ptr<SqlRows>> query(const std::string& sql) override {
      script_.asked.push_back(sql);
      script_.on_query(sql);
      for (const auto& [words, rows] : script_.answers)
        if (sql.contains(words)) return std::make_unique<Rows>(rows);
      return failure(Code::kMapping, "not scripted: " + sql);
    }
    Result<std::vector<std::string>> columns(const std::string&) override {
      return failure(Code::kMapping, "not scripted");
    }
    std::string quoted(std::string_view text) const override {
      return "'" + std::string(text) + "'";
    }

   private:
    ScriptedSql& script_;
  };

  std::string url_ = "scripted";
};

// As information_schema describes the recorded table.
inline std::vector<ScriptedSql::Row> recorded_schema() {
  const std::optional<std::string> null;
  return {{"id", "int", "int(11)", null, null, "10", "0", null},
          {"name", "varchar", "varchar(40)", "utf8mb4", "160", null, null, null},
          {"born", "date", "date", null, null, null, null, null},
          {"paid", "decimal", "decimal(10,2)", null, null, "10", "2", null},
          {"note", "text", "text", "utf8mb4", "65535", null, null, null},
          {"seen", "datetime", "datetime(3)", null, null, null, null, "3"},
          {"sex", "enum", "enum('f','m')", "utf8mb4", "4", null, null, null}};
}

}  // namespace chartbell
