#include "source/odbc_sql.h"

#include <algorithm>
#include <array>
#include <clocale>
#include <map>

#include <sql.h>
#include <sqlext.h>

#include "base/ascii.h"
#include "source/utf16.h"

namespace chartbell {
namespace {

static_assert(sizeof(SQLWCHAR) == sizeof(char16_t));

// Wishes: a driver that does not know these options waits as long as it likes.
constexpr std::uintptr_t kConnectSeconds = 10;
constexpr std::uintptr_t kReadSeconds = 60;
constexpr std::size_t kFieldUnitsMax = 8 * 1024 * 1024;
constexpr std::size_t kColumnsMax = 1024;

// ---- the connection string ------------------------------------------------------------------

struct Attribute {
  std::string name;  // in lower case
  std::string value;
};

// "a=b;c={d;e}": braces hold what would end a value.
std::vector<Attribute> attributes_of(std::string_view text) {
  std::vector<Attribute> out;
  while (!text.empty()) {
    std::size_t end = 0;
    bool braced = false;
    for (; end < text.size() && (braced || text[end] != ';'); ++end) {
      if (text[end] == '{') braced = true;
      if (text[end] == '}') braced = false;
    }
    const auto pair = text.substr(0, end);
    text.remove_prefix(std::min(text.size(), end + 1));
    const auto equals = std::min(pair.find('='), pair.size());
    out.push_back({to_lower(pair.substr(0, equals)),
                   std::string(pair.substr(std::min(equals + 1, pair.size())))});
  }
  return out;
}

// Only what is known not to be a secret: drivers have many names for a password.
bool may_show(const Attribute& attribute) {
  constexpr std::string_view kShown[] = {"dsn",  "driver",   "server", "servername",
                                         "host", "port",     "uid",    "user",
                                         "dbq",  "database", "db",     "username"};
  return std::ranges::count(kShown, attribute.name) > 0;
}

std::string shown(const OdbcAddress& address) {
  std::string out = "odbc:";
  for (const auto& attribute : attributes_of(address.connection))
    if (may_show(attribute))
      out += (out.ends_with(':') ? "" : ";") + attribute.name + "=" + attribute.value;
  return out;
}

// What a driver says must not repeat what we hide.
std::string without_secrets(std::string words, const OdbcAddress& address) {
  constexpr std::size_t kLengthMin = 3;
  for (auto [name, value] : attributes_of(address.connection)) {
    if (value.starts_with('{') && value.ends_with('}')) value = value.substr(1, value.size() - 2);
    if (may_show({name, value}) || value.size() < kLengthMin) continue;
    for (auto at = words.find(value); at != std::string::npos; at = words.find(value, at + 3))
      words.replace(at, value.size(), "***");
  }
  return words;
}

// ---- handles --------------------------------------------------------------------------------

template <SQLSMALLINT Kind>
struct FreeHandle {
  void operator()(void* handle) const {
    if (Kind == SQL_HANDLE_DBC) SQLDisconnect(handle);
    SQLFreeHandle(Kind, handle);
  }
};
template <SQLSMALLINT Kind>
using Handle = std::unique_ptr<void, FreeHandle<Kind>>;
using Environment = Handle<SQL_HANDLE_ENV>;
using Link = Handle<SQL_HANDLE_DBC>;
using Statement = Handle<SQL_HANDLE_STMT>;

template <SQLSMALLINT Kind>
Handle<Kind> new_handle(SQLHANDLE parent) {
  SQLHANDLE raw = nullptr;
  return Handle<Kind>(SQL_SUCCEEDED(SQLAllocHandle(Kind, parent, &raw)) ? raw : nullptr);
}

SQLPOINTER as_pointer(std::uintptr_t number) {
  return reinterpret_cast<SQLPOINTER>(number);
}

SQLWCHAR* as_wide(const std::u16string& text) {
  return reinterpret_cast<SQLWCHAR*>(const_cast<char16_t*>(text.data()));
}

// ---- errors -----------------------------------------------------------------------------------

struct Diagnosis {
  std::string state;
  std::string words;
};

Diagnosis diagnosis(SQLSMALLINT kind, SQLHANDLE handle) {
  std::array<char16_t, 6> state{};
  std::array<char16_t, 1024> words{};
  SQLINTEGER native = 0;
  SQLSMALLINT length = 0;
  const auto found = SQLGetDiagRecW(kind, handle, 1, reinterpret_cast<SQLWCHAR*>(state.data()),
                                    &native, reinterpret_cast<SQLWCHAR*>(words.data()),
                                    static_cast<SQLSMALLINT>(words.size()), &length);
  if (!SQL_SUCCEEDED(found)) return {"HY000", "the driver says nothing"};
  return {to_utf8(state.data()), to_utf8(words.data())};
}

// ODBC reference, appendix A; the rest are the systems' own.
Code code_of(std::string_view state, Code otherwise) {
  constexpr std::string_view kNotConfigured[] = {"01000", "IM002", "IM003", "IM012", "3D000"};
  if (std::ranges::count(kNotConfigured, state) > 0) return Code::kConfig;
  if (state.starts_with("HYT") || state == "40001") return Code::kTimeout;
  if (state.starts_with("08") || state.starts_with("57P")) return Code::kUnreachable;
  if (state.starts_with("28") || state == "42501") return Code::kUnauthorized;
  if (state.starts_with("42") || state.starts_with("22") || state.starts_with("23"))
    return Code::kMapping;
  return otherwise;
}

bool may_quote_rows(std::string_view state) {
  return state.starts_with("22") || state.starts_with("23");
}

// ---- rows -------------------------------------------------------------------------------------

// Holds a row at a time; ODBC gives each field once, in order.
class Rows final : public SqlRows {
 public:
  Rows(Statement statement, std::size_t columns, std::string shown_url)
      : statement_(std::move(statement)), fields_(columns), shown_url_(std::move(shown_url)) {}

  Result<bool> next() override {
    const auto fetched = SQLFetch(statement_.get());
    if (fetched == SQL_NO_DATA) return false;
    if (!SQL_SUCCEEDED(fetched)) return fault();
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      TRY(fields_[i], read_field(i));
    }
    return true;
  }

  std::optional<std::string_view> text(std::size_t column) const override {
    if (!fields_[column]) return std::nullopt;
    return *fields_[column];
  }

 private:
  Result<std::optional<std::string>> read_field(std::size_t column);
  std::unexpected<Error> fault() const {
    const auto [state, words] = diagnosis(SQL_HANDLE_STMT, statement_.get());
    return failure(code_of(state, Code::kUnreachable), shown_url_ + ": SQLSTATE " + state);
  }

  Statement statement_;
  std::vector<std::optional<std::string>> fields_;
  const std::string shown_url_;
};

Result<std::optional<std::string>> Rows::read_field(std::size_t column) {
  std::u16string text;
  std::array<char16_t, 2048> part{};
  while (text.size() <= kFieldUnitsMax) {
    SQLLEN size = 0;
    const auto got = SQLGetData(statement_.get(), static_cast<SQLUSMALLINT>(column + 1),
                                SQL_C_WCHAR, part.data(), sizeof part, &size);
    if (got == SQL_NO_DATA) return to_utf8(text);
    if (!SQL_SUCCEEDED(got)) return fault();
    if (size == SQL_NULL_DATA) return std::optional<std::string>();
    const bool whole = size != SQL_NO_TOTAL && size < static_cast<SQLLEN>(sizeof part);
    text.append(part.data(), whole ? static_cast<std::size_t>(size) / 2 : part.size() - 1);
    if (whole) return to_utf8(text);
  }
  return failure(Code::kMapping, shown_url_ + ": a field is larger than 16 MiB");
}

// ---- what differs between systems ---------------------------------------------------------------

struct System {
  std::string_view name;  // a part of what the driver calls it, in lower case
  LimitForm limit;
  std::string_view session;  // what makes SQL standard and times UTC; empty: nothing is known
  std::string_view text_prefix = "";
};

constexpr std::string_view kMariadbSession =
    "SET SESSION sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES', "
    "time_zone = '+00:00'";

constexpr System kSystems[] = {
    {"sqlite", LimitForm::kLimit, ""},
    {"postgresql", LimitForm::kLimit, "SET TimeZone = 'UTC'"},
    {"mariadb", LimitForm::kLimit, kMariadbSession},
    {"mysql", LimitForm::kLimit, kMariadbSession},
    {"microsoft sql server", LimitForm::kFetch, "", "N"},
    {"sql anywhere", LimitForm::kTop, ""},
    {"adaptive server", LimitForm::kTop, ""},
    {"ctree", LimitForm::kTop, ""},
    {"c-tree", LimitForm::kTop, ""},
};
constexpr System kOther = {"", LimitForm::kFetch, ""};

const System& system_of(SQLHDBC link) {
  std::array<char16_t, 128> name{};
  SQLSMALLINT size = 0;
  SQLGetInfoW(link, SQL_DBMS_NAME, name.data(), sizeof name - sizeof(char16_t), &size);
  const auto lower = to_lower(to_utf8(name.data()));
  const auto* found = std::ranges::find_if(
      kSystems, [&](const System& system) { return lower.contains(system.name); });
  return found == std::end(kSystems) ? kOther : *found;
}

class Connection final : public SqlConnection {
 public:
  // `environment` keeps the handle that `link` stands on.
  Connection(Environment environment, Link link, const OdbcAddress& address)
      : environment_(std::move(environment)),
        link_(std::move(link)),
        address_(address),
        shown_(shown(address)),
        system_(system_of(link_.get())) {}

  Result<void> prepare_session() {
    if (system_.session.empty()) return {};
    TRY_DO(run(std::string(system_.session)));
    return {};
  }

  Result<std::unique_ptr<SqlRows>> query(const std::string& sql) override {
    TRY(auto statement, run(sql));
    TRY(const auto columns, column_count(statement));
    return std::make_unique<Rows>(std::move(statement), columns, shown_);
  }

  Result<std::vector<std::string>> columns(const std::string& select) override {
    TRY(const auto statement, run(select));
    TRY(const auto count, column_count(statement));
    std::vector<std::string> out;
    for (std::size_t i = 0; i < count; ++i) out.push_back(column_name(statement, i));
    return out;
  }

  std::string quoted(std::string_view text) const override {
    std::string out = std::string(system_.text_prefix) + "'";
    for (const char c : text) {
      out += c;
      if (c == '\'') out += c;
    }
    return out + "'";
  }

  std::string first_rows(const std::string& select, std::size_t limit) const override {
    return limited(select, limit, address_.limit.value_or(system_.limit));
  }

 private:
  Result<Statement> run(const std::string& sql);
  Result<std::size_t> column_count(const Statement& statement) const;
  static std::string column_name(const Statement& statement, std::size_t column);
  std::unexpected<Error> fault(const Statement& statement) const;

  const Environment environment_;
  const Link link_;
  const OdbcAddress address_;
  const std::string shown_;
  const System& system_;
};

Result<Statement> Connection::run(const std::string& sql) {
  if (sql.contains('\0'))
    return failure(Code::kMapping, shown_ + ": a statement holds a zero byte");
  auto statement = new_handle<SQL_HANDLE_STMT>(link_.get());
  if (statement == nullptr) {
    const auto [state, words] = diagnosis(SQL_HANDLE_DBC, link_.get());
    return failure(Code::kUnreachable, shown_ + ": " + without_secrets(words, address_));
  }
  SQLSetStmtAttr(statement.get(), SQL_ATTR_QUERY_TIMEOUT, as_pointer(kReadSeconds), 0);
  const auto wide = to_utf16(sql);
  const auto done =
      SQLExecDirectW(statement.get(), as_wide(wide), static_cast<SQLINTEGER>(wide.size()));
  if (!SQL_SUCCEEDED(done) && done != SQL_NO_DATA) return fault(statement);
  return statement;
}

Result<std::size_t> Connection::column_count(const Statement& statement) const {
  SQLSMALLINT count = 0;
  if (!SQL_SUCCEEDED(SQLNumResultCols(statement.get(), &count))) return fault(statement);
  const auto columns = static_cast<std::size_t>(std::max<SQLSMALLINT>(count, 0));
  if (columns > kColumnsMax) return failure(Code::kProtocol, shown_ + ": too many columns");
  return columns;
}

std::string Connection::column_name(const Statement& statement, std::size_t column) {
  std::array<char16_t, 256> name{};
  SQLDescribeColW(statement.get(), static_cast<SQLUSMALLINT>(column + 1),
                  reinterpret_cast<SQLWCHAR*>(name.data()), static_cast<SQLSMALLINT>(name.size()),
                  nullptr, nullptr, nullptr, nullptr, nullptr);
  return to_utf8(name.data());
}

std::unexpected<Error> Connection::fault(const Statement& statement) const {
  const auto [state, words] = diagnosis(SQL_HANDLE_STMT, statement.get());
  SQLUINTEGER dead = SQL_CD_FALSE;
  SQLGetConnectAttr(link_.get(), SQL_ATTR_CONNECTION_DEAD, &dead, 0, nullptr);
  const auto code = dead == SQL_CD_TRUE ? Code::kUnreachable : code_of(state, Code::kMapping);
  return failure(code, shown_ + ": SQLSTATE " + state +
                           (may_quote_rows(state) ? "" : ": " + without_secrets(words, address_)));
}

class Connector final : public SqlConnector {
 public:
  explicit Connector(OdbcAddress address) : address_(std::move(address)), shown_(shown(address_)) {}

  Result<std::unique_ptr<SqlConnection>> connect() override;
  const std::string& shown_url() const override { return shown_; }

 private:
  const OdbcAddress address_;
  const std::string shown_;
};

Result<std::unique_ptr<SqlConnection>> Connector::connect() {
  auto environment = new_handle<SQL_HANDLE_ENV>(nullptr);
  if (environment == nullptr) return failure(Code::kInternal, "no memory for a connection");
  SQLSetEnvAttr(environment.get(), SQL_ATTR_ODBC_VERSION, as_pointer(SQL_OV_ODBC3), 0);
  auto link = new_handle<SQL_HANDLE_DBC>(environment.get());
  if (link == nullptr) return failure(Code::kInternal, "no memory for a connection");
  SQLSetConnectAttr(link.get(), SQL_ATTR_LOGIN_TIMEOUT, as_pointer(kConnectSeconds), 0);
  SQLSetConnectAttr(link.get(), SQL_ATTR_ACCESS_MODE, as_pointer(SQL_MODE_READ_ONLY), 0);
  const auto wide = to_utf16(address_.connection);
  SQLSMALLINT length = 0;
  const auto done =
      SQLDriverConnectW(link.get(), nullptr, as_wide(wide), static_cast<SQLSMALLINT>(wide.size()),
                        nullptr, 0, &length, SQL_DRIVER_NOPROMPT);
  if (!SQL_SUCCEEDED(done)) {
    const auto [state, words] = diagnosis(SQL_HANDLE_DBC, link.get());
    return failure(code_of(state, Code::kUnreachable),
                   "cannot connect to " + shown_ + ": " + without_secrets(words, address_));
  }
  SQLSetConnectAttr(link.get(), SQL_ATTR_CONNECTION_TIMEOUT, as_pointer(kReadSeconds), 0);
  auto connection = std::make_unique<Connection>(std::move(environment), std::move(link), address_);
  TRY_DO(connection->prepare_session());
  return connection;
}

}  // namespace

Result<OdbcAddress> odbc_address(std::string_view url) {
  constexpr std::string_view kScheme = "odbc:";
  constexpr std::string_view kLimit = "limit=";
  constexpr std::size_t kLengthMax = 4096;
  const auto fault = [](const std::string& what) {
    return failure(Code::kConfig, "source url: " + what +
                                      "; wanted odbc:DSN=name;UID=user;PWD=password or "
                                      "odbc:Driver=name;Server=host;…");
  };
  OdbcAddress out;
  auto rest = url.substr(std::min(url.size(), kScheme.size()));
  if (rest.starts_with(kLimit)) {
    const auto form = rest.substr(kLimit.size(), rest.find(';') - kLimit.size());
    if (form == "limit") out.limit = LimitForm::kLimit;
    if (form == "top") out.limit = LimitForm::kTop;
    if (form == "fetch") out.limit = LimitForm::kFetch;
    if (!out.limit) return fault("limit is limit, top or fetch");
    rest.remove_prefix(std::min(rest.size(), kLimit.size() + form.size() + 1));
  }
  const auto attributes = attributes_of(rest);
  const bool named = std::ranges::any_of(attributes, [](const Attribute& attribute) {
    return (attribute.name == "dsn" || attribute.name == "driver") && !attribute.value.empty();
  });
  if (!named) return fault("neither DSN nor Driver is named");
  if (rest.size() > kLengthMax) return fault("it is longer than 4096 bytes");
  out.connection = rest;
  return out;
}

std::string limited(std::string_view select, std::size_t limit, LimitForm form) {
  const auto count = std::to_string(limit);
  const std::string text(select);
  if (form == LimitForm::kLimit) return text + " LIMIT " + count;
  if (form == LimitForm::kFetch) return text + " OFFSET 0 ROWS FETCH NEXT " + count + " ROWS ONLY";
  // Behind SELECT, and behind DISTINCT where that follows.
  const auto lower = to_lower(text);
  auto at = lower.find("select") + 6;
  const auto word = lower.find_first_not_of(" \t\r\n", at);
  if (word != std::string::npos && lower.substr(word, 8) == "distinct") at = word + 8;
  return text.substr(0, at) + " TOP " + count + text.substr(at);
}

// A driver that knows bytes alone gets its texts in the encoding of the process's locale, which is
// ASCII until somebody says otherwise.
std::unique_ptr<SqlConnector> odbc_connector(OdbcAddress address) {
  std::setlocale(LC_CTYPE, "C.UTF-8");
  return std::make_unique<Connector>(std::move(address));
}

}  // namespace chartbell
