#include "store/core.h"

#include <atomic>
#include <filesystem>
#include <future>
#include <thread>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/store_for_test.h"

namespace chartbell {
namespace {

class CoreTest : public testing::Test, protected StoreWorld {
 protected:
  static Result<void> put(SqliteDb& db, std::string_view name) {
    return db.prepare("INSERT INTO setting VALUES (?,x'01')").bind(name).run();
  }
  bool has(std::string_view name) {
    auto db = core->reader();
    auto select = (*db)->prepare("SELECT 1 FROM setting WHERE name=?");
    return *select.bind(name).step();
  }
  // Holds the writer until the returned promise is kept, so that what comes next is one batch.
  std::promise<void> hold_writer() {
    std::promise<void> release;
    core->write_async(
        [gate = release.get_future().share()](SqliteDb&) -> Result<void> {
          gate.wait();
          return {};
        },
        [](const Result<void>&) {});
    return release;
  }
  Code open_code(StoreOptions with) {
    const auto opened = StoreCore::open(std::move(with), clock, random);
    return opened ? Code::kInvalid : opened.error().code;
  }
};

TEST_F(CoreTest, WhatWriteReturnedForIsSeenByReadersAtOnceAndAfterReopening) {
  ASSERT_TRUE(core->write([](SqliteDb& db) { return put(db, "a"); }));
  EXPECT_TRUE(has("a"));
  open();
  EXPECT_TRUE(has("a"));
}

TEST_F(CoreTest, AFailingChangeAmongOthersIsUndoneAlone) {
  auto release = hold_writer();
  std::vector<std::future<Code>> codes;
  for (const bool fails : {false, true, false}) {
    auto answer = std::make_shared<std::promise<Code>>();
    codes.push_back(answer->get_future());
    const std::string name = "change" + std::to_string(codes.size());
    core->write_async(
        [name, fails](SqliteDb& db) -> Result<void> {
          TRY_DO(put(db, name));
          if (fails) return failure(Code::kNotFound, "no");
          return {};
        },
        [answer](const Result<void>& result) {
          answer->set_value(result ? Code::kInvalid : result.error().code);
        });
  }
  release.set_value();
  EXPECT_EQ(codes[0].get(), Code::kInvalid);
  EXPECT_EQ(codes[1].get(), Code::kNotFound);
  EXPECT_EQ(codes[2].get(), Code::kInvalid);
  EXPECT_TRUE(has("change1"));
  EXPECT_FALSE(has("change2"));
  EXPECT_TRUE(has("change3"));
}

TEST_F(CoreTest, AFailingChangeAloneLeavesNothingAndTheStoreGoesOn) {
  const auto refused = core->write([](SqliteDb& db) -> Result<void> {
    TRY_DO(put(db, "a"));
    return failure(Code::kConflict, "no");
  });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kConflict);
  EXPECT_FALSE(has("a"));
  ASSERT_TRUE(core->write([](SqliteDb& db) { return put(db, "b"); }));
  EXPECT_TRUE(has("b"));
}

TEST_F(CoreTest, ABrokenConstraintIsAConflict) {
  ASSERT_TRUE(core->write([](SqliteDb& db) { return put(db, "a"); }));
  const auto refused = core->write([](SqliteDb& db) { return put(db, "a"); });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kConflict);
}

TEST_F(CoreTest, ABatchIsToldInItsOrderAfterItIsOnDisk) {
  auto release = hold_writer();
  std::vector<std::string> told;
  for (const auto* name : {"a", "b", "c"})
    core->write_async([name](SqliteDb& db) { return put(db, name); },
                      [&, name](const Result<void>&) {
                        EXPECT_TRUE(has("c")) << "told before it was on disk";
                        told.emplace_back(name);
                      });
  release.set_value();
  core->drain();
  EXPECT_EQ(told, (std::vector<std::string>{"a", "b", "c"}));
}

TEST_F(CoreTest, ThoseWhoWaitAndThoseWhoDoNotAreAllWritten) {
  constexpr int kThreads = 4;
  constexpr int kEach = 100;
  std::atomic<int> told = 0;
  std::vector<std::thread> waiting;
  for (int thread = 0; thread < kThreads; ++thread)
    waiting.emplace_back([&, thread] {
      for (int i = 0; i < kEach; ++i) {
        const auto name = std::to_string(thread) + "-" + std::to_string(i);
        EXPECT_TRUE(core->write([&](SqliteDb& db) { return put(db, name); }, [&] { ++told; }));
        EXPECT_TRUE(has(name));
      }
    });
  for (int i = 0; i < kEach; ++i)
    core->write_async([i](SqliteDb& db) { return put(db, "async-" + std::to_string(i)); },
                      [&](const Result<void>& result) {
                        EXPECT_TRUE(result);
                        ++told;
                      },
                      i % 3 == 0 ? StoreCore::Urgency::kNow : StoreCore::Urgency::kSoon);
  for (auto& thread : waiting) thread.join();
  core->drain();
  EXPECT_EQ(told, (kThreads + 1) * kEach);
  for (int i = 0; i < kEach; ++i) EXPECT_TRUE(has("async-" + std::to_string(i)));
}

// While somebody writes, the store's own thread does not wait for the time to pass, so that the
// clock of the test alone says when the first is due.
TEST_F(CoreTest, WhatNobodyWaitsForIsKeptOutOfTheTransactionsOfAFewMilliseconds) {
  std::atomic<bool> soon_written = false;
  std::promise<bool> beside;
  auto release = hold_writer();
  core->write_async([](SqliteDb& db) { return put(db, "soon"); },
                    [&](const Result<void>& done) { soon_written = done.has_value(); },
                    StoreCore::Urgency::kSoon);
  core->write_async([](SqliteDb& db) { return put(db, "now"); },
                    [&](const Result<void>&) { beside.set_value(soon_written); });
  release.set_value();
  EXPECT_FALSE(beside.get_future().get()) << "written at once";
  clock.advance(StoreCore::kSoonWithin);
  ASSERT_TRUE(core->write([](SqliteDb& db) { return put(db, "later"); }));
  EXPECT_TRUE(soon_written);
  EXPECT_TRUE(has("soon"));
}

TEST_F(CoreTest, WhatNobodyWaitsForIsWrittenThoughNothingElseIs) {
  std::promise<void> written;
  core->write_async([](SqliteDb& db) { return put(db, "soon"); },
                    [&](const Result<void>&) { written.set_value(); }, StoreCore::Urgency::kSoon);
  written.get_future().wait();
  EXPECT_TRUE(has("soon"));
}

TEST_F(CoreTest, DrainingWaitsForNoTimeToPass) {
  for (int i = 0; i < 100; ++i) {
    bool written = false;
    core->write_async([](SqliteDb&) { return Result<void>(); },
                      [&](const Result<void>&) { written = true; }, StoreCore::Urgency::kSoon);
    core->drain();
    EXPECT_TRUE(written);
  }
}

TEST_F(CoreTest, WhatIsQueuedIsWrittenWhenTheStoreCloses) {
  auto release = hold_writer();
  core->write_async([](SqliteDb& db) { return put(db, "a"); }, [](const Result<void>&) {});
  release.set_value();
  open();
  EXPECT_TRUE(has("a"));
}

TEST_F(CoreTest, AProcessThatIsThrownAwayKeepsWhatWriteReturnedFor) {
  close();
  int pipe_ends[2];
  ASSERT_EQ(::pipe(pipe_ends), 0);
  const auto child = ::fork();
  if (child == 0) {
    auto opened = StoreCore::open(options(), clock, random);
    for (int i = 0; i < 20 && opened; ++i) {
      const auto name = "change" + std::to_string(i);
      if (!(*opened)->write([&](SqliteDb& db) { return put(db, name); })) break;
      const char one = 1;
      if (::write(pipe_ends[1], &one, 1) != 1) break;
    }
    ::_exit(0);  // no destructor runs
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  char acknowledged[32];
  const auto count = ::read(pipe_ends[0], acknowledged, sizeof acknowledged);
  ASSERT_EQ(count, 20);
  ::close(pipe_ends[0]);
  ::close(pipe_ends[1]);
  open();
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(has("change" + std::to_string(i)));
}

// Megabytes written over and over, by one who waits and by others who do not.
class LongLogTest : public CoreTest {
 protected:
  static constexpr std::int64_t kPagesMax = 64;
  static constexpr std::size_t kPageBytes = 8192;

  LongLogTest() {
    auto with = options();
    with.log_pages_max = kPagesMax;
    open_with(std::move(with));
  }
  static Result<void> put_large(SqliteDb& db, std::int64_t name) {
    const std::string large(4 * kPageBytes, static_cast<char>('a' + name));
    return db.prepare("INSERT OR REPLACE INTO setting VALUES (?,?)")
        .bind("large" + std::to_string(name))
        .bind_blob(large)
        .run();
  }
  void write_pages(std::int64_t pages) {
    for (std::int64_t i = 0; i < pages / 8; ++i) {
      core->write_async([](SqliteDb& db) { return put_large(db, 1); },
                        [](const Result<void>& result) { EXPECT_TRUE(result); });
      ASSERT_TRUE(core->write([](SqliteDb& db) { return put_large(db, 2); }));
    }
  }
  std::size_t log_pages() const {
    return std::filesystem::file_size(folder.file("chartbell.db-wal")) / kPageBytes;
  }
};

TEST_F(LongLogTest, ItBeginsAnewThoughSomebodyAlwaysWrites) {
  write_pages(kPagesMax * 200);
  EXPECT_LT(log_pages(), kPagesMax * 50);
  auto db = core->reader();
  EXPECT_EQ(*(*db)->integer("SELECT count(*) FROM setting WHERE name LIKE 'large%'"), 2);
  EXPECT_EQ((*db)->prepare("PRAGMA integrity_check").step(), true);
}

TEST_F(LongLogTest, AReaderWhoNeedsItLosesNothingAndIsWaitedFor) {
  ASSERT_TRUE(core->write([](SqliteDb& db) { return put_large(db, 1); }));
  {
    auto reading = core->reader();
    ASSERT_TRUE((*reading)->execute("BEGIN"));
    EXPECT_FALSE((*reading)->integer("SELECT 1 FROM setting WHERE name='large2'")->has_value());
    write_pages(kPagesMax * 40);
    EXPECT_FALSE((*reading)->integer("SELECT 1 FROM setting WHERE name='large2'")->has_value());
    EXPECT_GT(log_pages(), kPagesMax * 10);
    ASSERT_TRUE((*reading)->execute("COMMIT"));
  }
  const auto before = log_pages();
  write_pages(kPagesMax * 80);
  EXPECT_LT(log_pages(), before + kPagesMax * 40);
}

TEST_F(CoreTest, ASecondServerOnTheSameFileIsRefusedAndAToolIsNot) {
  EXPECT_EQ(open_code(options()), Code::kConfig);
  const auto tool = StoreCore::open(options(StoreOptions::Role::kTool), clock, random);
  ASSERT_TRUE(tool);
  ASSERT_TRUE((*tool)->write([](SqliteDb& db) { return put(db, "by the tool"); }));
  ASSERT_TRUE(core->write([](SqliteDb& db) { return put(db, "by the server"); }));
  EXPECT_TRUE(has("by the tool"));
  EXPECT_EQ((*tool)->tag(), core->tag());
}

TEST_F(CoreTest, ALaterSchemaVersionIsRefused) {
  ASSERT_TRUE(core->write([](SqliteDb& db) { return db.execute("PRAGMA user_version=1000"); }));
  close();
  EXPECT_EQ(open_code(options()), Code::kConfig);
  EXPECT_EQ(open_code(options(StoreOptions::Role::kTool)), Code::kConfig);
}

TEST_F(CoreTest, AnotherMasterKeyIsRefused) {
  close();
  auto other = options();
  other.master_key = std::string(kAeadKeySize, 'x');
  EXPECT_EQ(open_code(other), Code::kConfig);
  EXPECT_EQ(open_code(options()), Code::kInvalid) << "the right key opens it as before";
}

TEST_F(CoreTest, AFolderThatDoesNotExistIsTheOperatorsFault) {
  auto nowhere = options();
  nowhere.path = folder.file("absent/chartbell.db");
  EXPECT_EQ(open_code(nowhere), Code::kConfig);
}

TEST_F(CoreTest, TheTagStaysWithTheFile) {
  const auto tag = core->tag();
  EXPECT_EQ(tag.size(), 12U);
  open();
  EXPECT_EQ(core->tag(), tag);
}

TEST_F(CoreTest, ADataKeyIsMadeOnceAndReadAgain) {
  ASSERT_TRUE(core->ensure_data_key({5}));
  const auto sealed = core->sealer().seal({5}, "r", "text");
  ASSERT_TRUE(core->ensure_data_key({5}));
  open();
  EXPECT_TRUE(core->sealer().has_data_key({5}));
  EXPECT_EQ(core->sealer().open({5}, "r", sealed), "text");
}

}  // namespace
}  // namespace chartbell
