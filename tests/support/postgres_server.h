// PostgresServer: a private PostgreSQL for one test program, on a unix socket, gone with it.
//
// One server a program, started by the first test that asks; each test makes a database of its own.
#pragma once

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "source/postgres_link.h"

namespace chartbell {

class PostgresServer {
 public:
  // Null where Debian's postgresql is not installed: the test skips itself.
  static PostgresServer* get() {
    static PostgresServer server;
    return server.process_ > 0 ? &server : nullptr;
  }
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  // With all rights; the password of every role is "s3cret: p@ss".
  PostgresAddress address(const std::string& database, const std::string& role = "postgres") const {
    return {.host = folder_.string(), .user = role, .password = kPassword, .database = database};
  }
  void run(const std::string& database, const std::string& sql) const {
    auto link = PostgresLink::open(address(database), PostgresLink::Purpose::kReplication);
    ASSERT_TRUE(link) << link.error().detail;
    const auto done = (*link)->run(sql);
    ASSERT_TRUE(done) << done.error().detail << "\n" << sql;
  }
  // The first field of the first row.
  std::string ask(const std::string& database, const std::string& sql) const {
    auto link = PostgresLink::open(address(database), PostgresLink::Purpose::kReplication);
    EXPECT_TRUE(link) << link.error().detail;
    const auto rows = (*link)->run(sql);
    EXPECT_TRUE(rows) << rows.error().detail << "\n" << sql;
    return rows && row_count(*rows) > 0 ? std::string(field(*rows, 0, 0).value_or("")) : "";
  }
  // The name of a new database with these tables in it.
  std::string new_database(const std::string& tables) {
    const auto name = "practice_" + std::to_string(++databases_);
    run("postgres", "CREATE DATABASE " + name);
    run(name, tables);
    return name;
  }

 private:
  static constexpr const char* kPassword = "s3cret: p@ss";

  PostgresServer() {
    const auto programs = programs_folder();
    if (programs.empty()) return;
    std::string name = std::filesystem::temp_directory_path() / "cb-pg-XXXXXX";
    folder_ = mkdtemp(name.data());
    std::ofstream(folder_ / "password") << kPassword << "\n";
    give_away();
    if (as_server({programs / "initdb", "-D", folder_ / "data", "-A", "scram-sha-256", "-U",
                   "postgres", "--pwfile", folder_ / "password", "--no-sync", "--locale=C.UTF-8",
                   "-E", "UTF8"}) != 0)
      return;
    start(programs);
  }
  ~PostgresServer() {
    if (process_ > 0) {
      kill(process_, SIGQUIT);
      waitpid(process_, nullptr, 0);
    }
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
  }

  static std::filesystem::path programs_folder() {
    std::error_code missing;
    for (const auto& version : std::filesystem::directory_iterator("/usr/lib/postgresql", missing))
      if (std::filesystem::exists(version.path() / "bin" / "initdb")) return version.path() / "bin";
    return {};
  }

  // The server refuses to be root's.
  void give_away() const {
    const auto* user = getuid() == 0 ? getpwnam("postgres") : nullptr;
    if (user == nullptr) return;
    for (const auto& path : {folder_, folder_ / "password"})
      EXPECT_EQ(chown(path.c_str(), user->pw_uid, user->pw_gid), 0);
  }

  [[noreturn]] static void become(std::vector<std::string> words) {
    if (const auto* user = getuid() == 0 ? getpwnam("postgres") : nullptr; user != nullptr)
      if (setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0) _exit(126);
    prctl(PR_SET_PDEATHSIG, SIGQUIT);
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    execv(arguments[0], arguments.data());
    _exit(127);
  }

  static int as_server(std::vector<std::string> words) {
    const auto child = fork();
    if (child == 0) {
      if (std::freopen("/dev/null", "w", stdout) == nullptr) _exit(125);
      become(std::move(words));
    }
    int status = 0;
    waitpid(child, &status, 0);
    return status;
  }

  // Its log comes through a pipe until it says that it is ready.
  void start(const std::filesystem::path& programs) {
    int log[2];
    ASSERT_EQ(pipe(log), 0);
    process_ = fork();
    if (process_ == 0) {
      dup2(log[1], STDERR_FILENO);
      close(log[0]);
      become({programs / "postgres",
              "-D",
              folder_ / "data",
              "-k",
              folder_,
              "-c",
              "listen_addresses=",
              "-c",
              "wal_level=logical",
              "-c",
              "fsync=off",
              "-c",
              "log_min_messages=log",
              "-c",
              "log_checkpoints=off",
              "-c",
              "shared_buffers=16MB",
              "-c",
              "max_replication_slots=20",
              "-c",
              "max_wal_senders=20"});
    }
    close(log[1]);
    std::string said;
    char part[512];
    while (!said.contains("ready to accept")) {
      const auto size = read(log[0], part, sizeof(part));
      if (size <= 0) {
        ADD_FAILURE() << said;
        process_ = 0;
        return;
      }
      said.append(part, static_cast<std::size_t>(size));
    }
  }

  std::filesystem::path folder_;
  pid_t process_ = 0;
  int databases_ = 0;
};

}  // namespace chartbell
