#include "source/postgres_link.h"

#include <algorithm>
#include <cerrno>
#include <vector>

#include <libpq-fe.h>
#include <poll.h>

namespace chartbell {
namespace {

constexpr std::chrono::seconds kConnectTime{10};
constexpr std::chrono::seconds kReadTime{60};

constexpr const char* kSession =
    "SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET standard_conforming_strings = on; "
    "SET client_min_messages = error; SET extra_float_digits = 1; SET bytea_output = 'hex'";
// Beyond kReadTime the server gives up too, rather than work for nobody.
constexpr const char* kReading =
    "SET default_transaction_read_only = on; SET statement_timeout = '60s'; "
    "SET lock_timeout = '10s'";
constexpr const char* kWriting = "SET statement_timeout = '10s'; SET lock_timeout = '5s'";

using Parameters = std::vector<std::pair<const char*, std::string>>;

Parameters parameters_of(const PostgresAddress& address, PostgresLink::Purpose purpose) {
  Parameters out = {
      {"host", address.host},
      {"port", std::to_string(address.port)},
      {"user", address.user},
      {"dbname", address.database},
      {"sslmode", address.sslmode.empty() ? "prefer" : address.sslmode},
      {"gssencmode", "disable"},
      {"client_encoding", "UTF8"},
      {"application_name", "chartbell"},
      {"keepalives_idle", "10"},
      {"keepalives_interval", "5"},
      {"keepalives_count", "3"},
      {"tcp_user_timeout", "60000"},
  };
  if (!address.password.empty()) out.emplace_back("password", address.password);
  if (!address.sslrootcert.empty()) out.emplace_back("sslrootcert", address.sslrootcert);
  if (purpose == PostgresLink::Purpose::kReplication) out.emplace_back("replication", "database");
  return out;
}

PGconn* started(const Parameters& parameters) {
  std::vector<const char*> names, values;
  for (const auto& [name, value] : parameters) {
    names.push_back(name);
    values.push_back(value.c_str());
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  return PQconnectStartParams(names.data(), values.data(), 0);
}

bool is_state(std::string_view text) {
  return text.size() == 5 && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
         });
}

// A refused connection has no result to ask: verbose messages hold the SQLSTATE as
// "FATAL:  28P01: …".
std::string_view state_within(std::string_view message) {
  for (auto at = message.find(":  "); at != std::string_view::npos; at = message.find(":  ", at)) {
    at += 3;
    if (const auto state = message.substr(at, 5); is_state(state)) return state;
  }
  return {};
}

std::string first_line(std::string_view text) {
  return std::string(text.substr(0, text.find('\n')));
}

// Data exceptions and violated constraints quote the value that offends.
bool may_quote_rows(std::string_view state) {
  return state.starts_with("22") || state.starts_with("23");
}

}  // namespace

Code code_of_sqlstate(std::string_view state) {
  constexpr std::string_view kLater[] = {"40001", "40P01", "55006", "55P03", "57014"};
  constexpr std::string_view kAway[] = {"57P01", "57P02", "57P03", "57P05"};
  if (state.empty() || state.starts_with("08") || state.starts_with("53"))
    return Code::kUnreachable;
  if (std::ranges::count(kAway, state) > 0) return Code::kUnreachable;
  if (std::ranges::count(kLater, state) > 0) return Code::kTimeout;
  if (state.starts_with("28") || state == "42501") return Code::kUnauthorized;
  // No such database; a setting such as wal_level that is not what a command needs.
  if (state == "3D000" || state == "55000") return Code::kConfig;
  return Code::kMapping;
}

std::string shown(const PostgresAddress& address) {
  return "postgres://" + address.user + "@" + address.host + ":" + std::to_string(address.port) +
         "/" + address.database;
}

void ClearResult::operator()(pg_result* result) const {
  PQclear(result);
}

void PostgresLink::Finish::operator()(pg_conn* connection) const {
  PQfinish(connection);
}

std::optional<std::string_view> field(const PostgresResult& result, int row, int column) {
  if (PQgetisnull(result.get(), row, column) != 0) return std::nullopt;
  return std::string_view(PQgetvalue(result.get(), row, column),
                          static_cast<std::size_t>(PQgetlength(result.get(), row, column)));
}

int row_count(const PostgresResult& result) {
  return PQntuples(result.get());
}

PostgresLink::PostgresLink(const PostgresAddress& address) : shown_(shown(address)) {}
PostgresLink::~PostgresLink() = default;

Result<std::unique_ptr<PostgresLink>> PostgresLink::open(const PostgresAddress& address,
                                                         Purpose purpose) {
  std::unique_ptr<PostgresLink> link(new PostgresLink(address));
  TRY_DO(link->connected(address, purpose));
  TRY_DO(link->run(kSession));
  if (purpose == Purpose::kReading) TRY_DO(link->run(kReading));
  if (purpose == Purpose::kWriting) TRY_DO(link->run(kWriting));
  return link;
}

Result<void> PostgresLink::connected(const PostgresAddress& address, Purpose purpose) {
  connection_.reset(started(parameters_of(address, purpose)));
  if (connection_ == nullptr) return failure(Code::kInternal, "no memory for a connection");
  PQsetErrorVerbosity(connection_.get(), PQERRORS_VERBOSE);
  const SystemClock clock;
  const auto deadline = clock.steady_now() + kConnectTime;
  auto next = PGRES_POLLING_WRITING;
  while (next != PGRES_POLLING_OK) {
    const auto left = std::chrono::duration_cast<Milliseconds>(deadline - clock.steady_now());
    if (next == PGRES_POLLING_FAILED || PQstatus(connection_.get()) == CONNECTION_BAD)
      return lost();
    TRY(const bool ready, wait(next == PGRES_POLLING_READING ? POLLIN : POLLOUT, left));
    if (!ready)
      return failure(Code::kTimeout, "cannot connect to " + shown_ + ": no answer within 10 s");
    next = PQconnectPoll(connection_.get());
  }
  PQsetErrorVerbosity(connection_.get(), PQERRORS_DEFAULT);
  PQsetnonblocking(connection_.get(), 1);
  return {};
}

Result<bool> PostgresLink::wait(short events, Milliseconds patience) {
  pollfd file{.fd = socket(), .events = events, .revents = 0};
  if (file.fd < 0) return lost();
  const auto ms = std::clamp<std::int64_t>(patience.count(), 0, 3'600'000);
  const int ready = poll(&file, 1, static_cast<int>(ms));
  return ready > 0 || (ready < 0 && errno == EINTR);
}

int PostgresLink::socket() const {
  return PQsocket(connection_.get());
}

Result<bool> PostgresLink::wait_readable(Milliseconds patience) {
  return wait(POLLIN, patience);
}

Result<void> PostgresLink::flushed() {
  while (true) {
    const int left = PQflush(connection_.get());
    if (left == 0) return {};
    if (left < 0) return lost();
    TRY(const bool ready, wait(POLLIN | POLLOUT, kReadTime));
    if (!ready) return failure(Code::kTimeout, shown_ + ": takes no statement for 60 s");
    // The server may wait for us to read before it reads on.
    if (PQconsumeInput(connection_.get()) == 0) return lost();
  }
}

// The next result of the statement under way; null behind the last.
Result<PostgresResult> PostgresLink::result() {
  while (PQisBusy(connection_.get()) != 0) {
    TRY(const bool ready, wait(POLLIN, kReadTime));
    if (!ready) return failure(Code::kTimeout, shown_ + ": no answer within 60 s");
    if (PQconsumeInput(connection_.get()) == 0) return lost();
  }
  return PostgresResult(PQgetResult(connection_.get()));
}

// The last result of a statement; the first that tells of an error.
Result<PostgresResult> PostgresLink::answer(const std::string& sql) {
  if (PQsendQuery(connection_.get(), sql.c_str()) == 0) return lost();
  TRY_DO(flushed());
  PostgresResult last;
  while (true) {
    TRY(auto next, result());
    if (next == nullptr) break;
    if (last != nullptr && PQresultStatus(last.get()) == PGRES_FATAL_ERROR) continue;
    last = std::move(next);
    if (PQresultStatus(last.get()) == PGRES_COPY_BOTH) return last;
  }
  if (last == nullptr) return lost();
  return last;
}

Result<PostgresResult> PostgresLink::run(const std::string& sql) {
  // A statement ends at a zero byte; half of one must not run.
  if (sql.contains('\0'))
    return failure(Code::kMapping, shown_ + ": a statement holds a zero byte");
  TRY(auto last, answer(sql));
  const auto status = PQresultStatus(last.get());
  if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) return last;
  return fault(last);
}

Result<void> PostgresLink::begin_copy(const std::string& sql) {
  TRY(const auto last, answer(sql));
  if (PQresultStatus(last.get()) == PGRES_COPY_BOTH) return {};
  return fault(last);
}

Result<std::optional<std::string>> PostgresLink::copied() {
  char* raw = nullptr;
  int length = PQgetCopyData(connection_.get(), &raw, 1);
  if (length == 0) {
    if (PQconsumeInput(connection_.get()) == 0) return lost();
    length = PQgetCopyData(connection_.get(), &raw, 1);
  }
  const std::unique_ptr<char, void (*)(void*)> owner(raw, PQfreemem);
  if (length > 0) return std::string(raw, static_cast<std::size_t>(length));
  if (length == 0) return std::optional<std::string>();
  if (length < -1) return lost();
  TRY(const auto last, result());
  if (last == nullptr || PQresultStatus(last.get()) != PGRES_FATAL_ERROR)
    return failure(Code::kUnreachable, shown_ + ": the server ended the stream");
  return fault(last);
}

Result<void> PostgresLink::send_copy(std::string_view message) {
  const auto size = static_cast<int>(message.size());
  int queued = 0;
  while ((queued = PQputCopyData(connection_.get(), message.data(), size)) == 0) TRY_DO(flushed());
  if (queued < 0) return lost();
  return flushed();
}

std::unexpected<Error> PostgresLink::fault(const PostgresResult& result) const {
  const char* raw_state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
  if (raw_state == nullptr) return lost();
  const std::string_view state = raw_state;
  const char* words = PQresultErrorField(result.get(), PG_DIAG_MESSAGE_PRIMARY);
  const bool silent = words == nullptr || may_quote_rows(state);
  return failure(code_of_sqlstate(state),
                 shown_ + ": " + (silent ? "SQLSTATE " + std::string(state) : words));
}

std::unexpected<Error> PostgresLink::lost() const {
  const std::string_view message = PQerrorMessage(connection_.get());
  return failure(code_of_sqlstate(state_within(message)), shown_ + ": " + first_line(message));
}

std::string PostgresLink::quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') out += c;
    out += c;
  }
  return out + "'";
}

}  // namespace chartbell
