#include "source/pgoutput.h"

#include <charconv>

namespace chartbell {
namespace {

// PostgreSQL's own limit of columns is 1600.
constexpr std::size_t kColumnsMax = 1664;
constexpr std::size_t kRelationsMax = 10'000;
constexpr std::size_t kNameBytesMax = 1024;
// Times on this wire count from 2000-01-01.
constexpr std::chrono::sys_days kEpoch =
    std::chrono::year(2000) / std::chrono::January / std::chrono::day(1);

std::unexpected<Error> malformed(const char* what) {
  return failure(Code::kProtocol, std::string("replication stream: ") + what);
}

// Takes big-endian numbers and texts off the front.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : left_(bytes) {}

  template <class Number>
  Result<Number> number() {
    if (left_.size() < sizeof(Number)) return malformed("a message is cut short");
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < sizeof(Number); ++i)
      out = out << 8 | static_cast<unsigned char>(left_[i]);
    left_.remove_prefix(sizeof(Number));
    return static_cast<Number>(out);
  }
  Result<Lsn> lsn() {
    TRY(const auto value, number<std::uint64_t>());
    return Lsn{value};
  }
  Result<char> letter() { return number<char>(); }
  Result<std::string_view> text(std::size_t size) {
    if (left_.size() < size) return malformed("a value is cut short");
    const auto out = left_.substr(0, size);
    left_.remove_prefix(size);
    return out;
  }
  // Up to a zero byte.
  Result<std::string_view> name() {
    const auto end = left_.find('\0');
    if (end == std::string_view::npos || end > kNameBytesMax) return malformed("a name has no end");
    const auto out = left_.substr(0, end);
    left_.remove_prefix(end + 1);
    return out;
  }
  std::string_view rest() const { return left_; }
  Result<void> ended() const {
    if (!left_.empty()) return malformed("a message is longer than it says");
    return {};
  }

 private:
  std::string_view left_;
};

template <class Number>
void append_number(std::string& out, Number number) {
  for (std::size_t i = sizeof(Number); i-- > 0;)
    out += static_cast<char>(static_cast<std::uint64_t>(number) >> (8 * i) & 0xff);
}

Result<Cell> cell(Bytes& bytes) {
  TRY(const auto kind, bytes.letter());
  switch (kind) {
    case 'n':
      return Cell::null();
    case 'u':
      return Cell{};
    case 't': {
      TRY(const auto size, bytes.number<std::uint32_t>());
      TRY(const auto text, bytes.text(size));
      return Cell::of(text);
    }
    default:
      return malformed("a column of an unknown form");
  }
}

Result<std::vector<Cell>> tuple(Bytes& bytes) {
  TRY(const auto count, bytes.number<std::uint16_t>());
  if (count > kColumnsMax) return malformed("a row of too many columns");
  std::vector<Cell> out;
  for (std::size_t i = 0; i < count; ++i) {
    TRY(const auto one, cell(bytes));
    out.push_back(one);
  }
  return out;
}

Result<PgMessage> commit(Bytes& bytes) {
  TRY_DO(bytes.number<std::uint8_t>());  // flags, unused
  TRY_DO(bytes.lsn());                   // where the commit itself stands
  TRY(const auto end, bytes.lsn());
  TRY_DO(bytes.number<std::uint64_t>());  // time
  TRY_DO(bytes.ended());
  return PgCommit{end};
}

Result<PgMessage> begin(Bytes& bytes) {
  TRY_DO(bytes.lsn());                    // of the commit
  TRY_DO(bytes.number<std::uint64_t>());  // time
  TRY(const auto transaction, bytes.number<std::uint32_t>());
  TRY_DO(bytes.ended());
  return PgBegin{transaction};
}

Result<PgRelation::Column> column(Bytes& bytes) {
  TRY(const auto flags, bytes.number<std::uint8_t>());
  TRY(const auto name, bytes.name());
  TRY_DO(bytes.number<std::uint32_t>());  // type
  TRY_DO(bytes.number<std::uint32_t>());  // type modifier
  return PgRelation::Column{std::string(name), (flags & 1) != 0};
}

Result<PgMessage> relation(Bytes& bytes) {
  PgRelation out;
  TRY(out.id, bytes.number<std::uint32_t>());
  TRY_DO(bytes.name());  // schema
  TRY(out.name, bytes.name());
  TRY_DO(bytes.letter());  // replica identity: the columns' flags say it
  TRY(const auto count, bytes.number<std::uint16_t>());
  if (count > kColumnsMax) return malformed("a table of too many columns");
  for (std::size_t i = 0; i < count; ++i) {
    TRY(auto one, column(bytes));
    out.columns.push_back(std::move(one));
  }
  TRY_DO(bytes.ended());
  return out;
}

// 'K' key and 'O' old row may stand before 'N', the new one.
Result<PgMessage> row_change(PgRowChange::Kind kind, Bytes& bytes) {
  PgRowChange out{.kind = kind};
  TRY(out.relation, bytes.number<std::uint32_t>());
  TRY(auto part, bytes.letter());
  if (part == 'K' || part == 'O') {
    if (kind == PgRowChange::Kind::kInsert) return malformed("an insert with an old row");
    out.old = part == 'K' ? PgOld::kKey : PgOld::kRow;
    TRY(out.before, tuple(bytes));
    if (kind == PgRowChange::Kind::kUpdate) {
      TRY(part, bytes.letter());
    }
  }
  if (kind == PgRowChange::Kind::kDelete) {
    if (out.old == PgOld::kNothing) return malformed("a delete without an old row");
  } else {
    if (part != 'N') return malformed("a change without a new row");
    TRY(out.after, tuple(bytes));
  }
  TRY_DO(bytes.ended());
  return out;
}

Result<PgMessage> truncate(Bytes& bytes) {
  TRY(const auto count, bytes.number<std::uint32_t>());
  if (count > kRelationsMax) return malformed("too many tables at once");
  TRY_DO(bytes.number<std::uint8_t>());  // options
  PgTruncate out;
  for (std::size_t i = 0; i < count; ++i) {
    TRY(const auto id, bytes.number<std::uint32_t>());
    out.relations.push_back(id);
  }
  TRY_DO(bytes.ended());
  return out;
}

}  // namespace

std::string to_text(Lsn lsn) {
  const auto half = [](std::uint64_t number) {
    char digits[8];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), number, 16).ptr;
    return std::string(digits, end);
  };
  std::string out = half(lsn.value >> 32) + "/" + half(lsn.value & 0xffff'ffff);
  for (char& c : out) c = c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

std::optional<Lsn> parse_lsn(std::string_view text) {
  const auto half = [](std::string_view digits) -> std::optional<std::uint64_t> {
    std::uint32_t out = 0;
    const auto* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, out, 16);
    if (error != std::errc() || stop != end) return std::nullopt;
    return out;
  };
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto high = half(text.substr(0, slash));
  const auto low = half(text.substr(slash + 1));
  if (!high || !low) return std::nullopt;
  return Lsn{*high << 32 | *low};
}

Result<StreamFrame> parse_stream_frame(std::string_view text) {
  Bytes bytes(text);
  TRY(const auto kind, bytes.letter());
  if (kind == 'w') {
    TRY(const auto start, bytes.lsn());
    TRY_DO(bytes.lsn());                    // the log's end
    TRY_DO(bytes.number<std::uint64_t>());  // time
    return WalData{start, bytes.rest()};
  }
  if (kind != 'k') return malformed("a frame of an unknown kind");
  TRY(const auto end, bytes.lsn());
  TRY_DO(bytes.number<std::uint64_t>());  // time
  TRY(const auto reply, bytes.number<std::uint8_t>());
  TRY_DO(bytes.ended());
  return Keepalive{end, reply != 0};
}

std::string to_bytes(const StandbyStatus& status) {
  const auto since = std::chrono::duration_cast<Microseconds>(status.time - kEpoch);
  std::string out = "r";
  // Written, flushed, applied: one and the same, since we keep nothing but what we have stored.
  for (int i = 0; i < 3; ++i) append_number(out, status.flushed.value);
  append_number(out, since.count());
  out += status.wants_reply ? '\1' : '\0';
  return out;
}

Result<PgMessage> parse_pgoutput(std::string_view text) {
  Bytes bytes(text);
  TRY(const auto kind, bytes.letter());
  switch (kind) {
    case 'B':
      return begin(bytes);
    case 'C':
      return commit(bytes);
    case 'R':
      return relation(bytes);
    case 'I':
      return row_change(PgRowChange::Kind::kInsert, bytes);
    case 'U':
      return row_change(PgRowChange::Kind::kUpdate, bytes);
    case 'D':
      return row_change(PgRowChange::Kind::kDelete, bytes);
    case 'T':
      return truncate(bytes);
    case 'Y':
    case 'O':
    case 'M':
      return PgOther{};
    default:
      return malformed("a message of an unknown kind");
  }
}

}  // namespace chartbell
