#include "source/opendental_writer.h"

#include <algorithm>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "base/crypto.h"
#include "base/encoding.h"
#include "base/log.h"
#include "base/time_text.h"

namespace chartbell {
namespace {

namespace json = boost::json;
using enum ResourceKind;
using Kind = WriteAnswer::Kind;
using Came = RestAnswer::Came;

// A column of theirs and the leaf of the wire that goes into it.
struct Pair {
  std::string_view field;
  std::string_view path;
};

constexpr Pair kPatientFields[] = {
    {"LName", "last_name"},
    {"FName", "first_name"},
    {"MiddleI", "middle_name"},
    {"Birthdate", "bio.date_of_birth"},
    {"Email", "email"},
    {"WirelessPhone", "bio.cell_phone_number"},
    {"HmPhone", "bio.home_phone_number"},
    {"WkPhone", "bio.work_phone_number"},
    {"Address", "bio.address_line_1"},
    {"Address2", "bio.address_line_2"},
    {"City", "bio.city"},
    {"State", "bio.state"},
    {"Zip", "bio.zip_code"},
    {"Gender", "bio.gender"},
};

constexpr std::string_view kChangeable[] = {"cancelled", "confirmed",    "start_time",
                                            "end_time",  "operatory_id", "note"};

constexpr int kMinutesOfAnX = 5;
constexpr std::size_t kDescriptionBytesMax = 255;
// Lists come so many rows at a time, of an interface in the house 1,000.
constexpr std::size_t kRowsOfAPage = 100;
constexpr std::size_t kRowsLookedAtMax = 100'000;

std::string text_of(const LeafMap& leaves, std::string_view path) {
  return plain_text(leaf(leaves, path));
}

bool has(const LeafMap& leaves, std::string_view path) {
  return leaf(leaves, path) != "null";
}

// "2026-03-21 09:30:00", at the location.
std::string local_text(const LeafMap& leaves, std::string_view path, const Zone& zone) {
  const auto time = parse_utc(text_of(leaves, path));
  if (!time) return {};
  auto out = to_text(WallTime(zone.to_local(*time).time_since_epoch()));
  out.resize(19);
  out[10] = ' ';
  return out;
}

// One letter for each five minutes.
std::string pattern_of(const LeafMap& leaves) {
  const auto start = parse_utc(text_of(leaves, "start_time"));
  const auto end = parse_utc(text_of(leaves, "end_time"));
  if (!start || !end) return {};
  const auto minutes = std::chrono::floor<std::chrono::minutes>(*end - *start).count();
  return std::string(static_cast<std::size_t>((minutes + kMinutesOfAnX - 1) / kMinutesOfAnX), 'X');
}

void put_number(json::object& out, std::string_view field, const LeafMap& leaves,
                std::string_view path) {
  const auto digits = text_of(leaves, path);
  if (!digits.empty()) out[field] = std::strtoll(digits.c_str(), nullptr, 10);
}

void put_text(json::object& out, std::string_view field, const std::string& text) {
  if (!text.empty()) out[field] = text;
}

void put_times(json::object& out, const LeafMap& leaves, const Zone& zone) {
  put_text(out, "AptDateTime", local_text(leaves, "start_time", zone));
  put_text(out, "Pattern", pattern_of(leaves));
}

json::object appointment_of(const LeafMap& leaves, const SourceLocation& location) {
  json::object out;
  put_number(out, "PatNum", leaves, "patient_id");
  put_number(out, "ProvNum", leaves, "provider_id");
  put_number(out, "Op", leaves, "operatory_id");
  put_number(out, "AppointmentTypeNum", leaves, "appointment_type_id");
  put_times(out, leaves, location.zone);
  put_text(out, "Note", text_of(leaves, "note"));
  put_text(out, "ClinicNum", location.foreign_id);
  out["IsNewPatient"] = text_of(leaves, "is_new_clients_patient") == "true" ? "true" : "false";
  return out;
}

json::object patient_of(const LeafMap& leaves, const SourceLocation& location) {
  json::object out;
  for (const auto& [field, path] : kPatientFields) put_text(out, field, text_of(leaves, path));
  put_text(out, "ClinicNum", location.foreign_id);
  return out;
}

// What a document is called there. Names come again and again, so each has a mark of its own by
// which it is known anew; that is no part of its URL, which nobody there is to know.
std::string description_of(const LeafMap& leaves) {
  const auto mark = " [" + to_hex(sha256(text_of(leaves, "url"))).substr(0, 12) + "]";
  auto name = text_of(leaves, "filename");
  const auto most = kDescriptionBytesMax - mark.size();
  if (name.size() > most) {
    auto end = most;
    while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xc0) == 0x80) --end;
    name.resize(end);
  }
  return name + mark;
}

// Its text is put together by hand: a document of JSON would hold the bytes twice more.
std::string document_of(const WriteOrder& order) {
  json::object out;
  put_number(out, "PatNum", order.leaves, "patient_id");
  put_number(out, "DocCategory", order.leaves, "document_type_id");
  out["Description"] = description_of(order.leaves);
  const auto url = text_of(order.leaves, "url");
  out["extension"] = url.substr(std::min(url.size(), url.rfind('.')));
  auto text = json::serialize(out);
  text.pop_back();
  return text + R"(,"rawBase64":")" + to_base64(order.file.expose()) + R"("})";
}

json::object change_of(const LeafMap& leaves, const Zone& zone) {
  json::object out;
  if (has(leaves, "cancelled"))
    out["AptStatus"] = text_of(leaves, "cancelled") == "true" ? "Broken" : "Scheduled";
  put_number(out, "Op", leaves, "operatory_id");
  put_times(out, leaves, zone);
  if (has(leaves, "note")) out["Note"] = text_of(leaves, "note");
  return out;
}

// What of an answer's status a writer must know. A call that was throttled or not allowed was not
// done; of one that broke inside the interface nobody knows.
Kind kind_of(const RestAnswer& answer) {
  if (answer.came == Came::kNotSent) return Kind::kNotSent;
  if (answer.came == Came::kUnsure || answer.status >= 500) return Kind::kUnsure;
  if (answer.status < 300) return Kind::kWritten;
  const bool later = answer.status == 401 || answer.status == 403 || answer.status == 429;
  return later ? Kind::kNotSent : Kind::kRefused;
}

std::optional<std::int64_t> number_at(const json::value& row, std::string_view field) {
  const auto* object = row.if_object();
  const auto* found = object == nullptr ? nullptr : object->if_contains(field);
  if (found == nullptr || !found->is_int64() || found->as_int64() <= 0) return std::nullopt;
  return found->as_int64();
}

WriteAnswer created(const RestAnswer& answer, std::string_view key_field) {
  WriteAnswer out{kind_of(answer)};
  if (out.kind != Kind::kWritten) return out;
  json::error_code error;
  const auto key = number_at(json::parse(answer.body, error), key_field);
  if (error || !key) return {Kind::kUnsure};
  out.key = *key;
  return out;
}

void say(const WriteAnswer& answer, const WriteOrder& order, int status) {
  if (answer.kind == Kind::kWritten) return;
  log_warning("write_undone", {{"resource", name(order.kind)},
                               {"action", name(order.action)},
                               {"status", std::to_string(status)}});
}

std::string escaped(std::string_view text) {
  return percent_encoded(text);
}

bool is_described(const json::value& row, const std::string& description) {
  const auto* object = row.if_object();
  const auto* found = object == nullptr ? nullptr : object->if_contains("Description");
  return found != nullptr && found->is_string() &&
         std::string_view(found->as_string()) == description;
}

// Which of the listed rows are what was wanted.
bool is_wanted(const json::value& row, const WriteOrder& order, const Zone& zone) {
  if (order.kind == kPatient) return true;  // the list was asked for by name and birth date
  if (order.kind == kDocument) return is_described(row, description_of(order.leaves));
  const auto* object = row.if_object();
  const auto* starts = object == nullptr ? nullptr : object->if_contains("AptDateTime");
  if (starts == nullptr || !starts->is_string()) return false;
  return std::string_view(starts->as_string()) == local_text(order.leaves, "start_time", zone) &&
         (!has(order.leaves, "provider_id") ||
          number_at(row, "ProvNum") ==
              std::strtoll(text_of(order.leaves, "provider_id").c_str(), nullptr, 10));
}

std::string_view key_field(ResourceKind kind) {
  if (kind == kDocument) return "DocNum";
  return kind == kPatient ? "PatNum" : "AptNum";
}

struct ListedRows {
  FoundRows wanted;
  std::size_t listed = 0;
};

Result<ListedRows> rows_in(const RestAnswer& answer, const WriteOrder& order, const Zone& zone) {
  if (answer.came != Came::kWhole || answer.status >= 300)
    return failure(Code::kUnreachable, "the record system did not list its rows");
  json::error_code error;
  const auto rows = json::parse(answer.body, error);
  if (error || !rows.is_array())
    return failure(Code::kProtocol, "the record system's list is none");
  ListedRows out{.wanted = {}, .listed = rows.as_array().size()};
  for (const auto& row : rows.as_array())
    if (const auto key = number_at(row, key_field(order.kind)); key && is_wanted(row, order, zone))
      out.wanted.keys.emplace_back(*key);
  return out;
}

std::string list_path(const WriteOrder& order, const Zone& zone) {
  if (order.kind == kDocument) return "/documents?PatNum=" + text_of(order.leaves, "patient_id");
  if (order.kind == kPatient)
    return "/patients?LName=" + escaped(text_of(order.leaves, "last_name")) +
           "&FName=" + escaped(text_of(order.leaves, "first_name")) +
           "&Birthdate=" + escaped(text_of(order.leaves, "bio.date_of_birth"));
  return "/appointments?PatNum=" + text_of(order.leaves, "patient_id") +
         "&date=" + local_text(order.leaves, "start_time", zone).substr(0, 10);
}

RestCall creation(const WriteOrder& order, const SourceLocation& place) {
  if (order.kind == kDocument) return {"POST", "/documents/Upload", document_of(order)};
  if (order.kind == kPatient)
    return {"POST", "/patients", json::serialize(patient_of(order.leaves, place))};
  return {"POST", "/appointments", json::serialize(appointment_of(order.leaves, place))};
}

}  // namespace

OpenDentalWriter::OpenDentalWriter(RestCaller& caller, std::vector<SourceLocation> locations,
                                   Milliseconds doubt)
    : caller_(caller), locations_(std::move(locations)), doubt_(doubt) {}

bool OpenDentalWriter::takes(ResourceKind kind, WriteAction action) const {
  return kind == kAppointment ||
         ((kind == kPatient || kind == kDocument) && action == WriteAction::kCreate);
}

bool OpenDentalWriter::takes(ResourceKind kind, WriteAction action, std::string_view path) const {
  if (action == WriteAction::kCreate) return takes(kind, action);
  return kind == kAppointment && std::ranges::count(kChangeable, path) > 0;
}

bool OpenDentalWriter::needs(ResourceKind kind, WriteAction action, std::string_view path) const {
  return kind == kAppointment && action == WriteAction::kCreate && path == "operatory_id";
}

const SourceLocation& OpenDentalWriter::location(LocationId id) const {
  const auto found = std::ranges::find(locations_, id, &SourceLocation::id);
  return found == locations_.end() ? locations_.front() : *found;
}

void OpenDentalWriter::write(WriteOrder order, std::function<void(WriteAnswer)> done) {
  if (order.action == WriteAction::kChange) return change(order, std::move(done));
  auto call = creation(order, location(order.location));
  order.file = {};
  caller_.call(std::move(call),
               [order = std::move(order), done = std::move(done)](RestAnswer answer) {
                 const auto out = created(answer, key_field(order.kind));
                 say(out, order, answer.status);
                 done(out);
               });
}

// Confirmation is a call of its own. Both calls say what is to be, so both may be repeated.
void OpenDentalWriter::change(const WriteOrder& order, std::function<void(WriteAnswer)> done) {
  const auto path = "/appointments/" + to_string(order.key.value_or(ForeignKey()));
  const auto confirm = [this, order, path, done] {
    json::object body;
    body["confirmVal"] = text_of(order.leaves, "confirmed") == "true" ? "Confirmed" : "None";
    caller_.call({"PUT", path + "/Confirm", json::serialize(body)},
                 [order, done](RestAnswer answer) {
                   const WriteAnswer out{kind_of(answer), order.key};
                   say(out, order, answer.status);
                   done(out);
                 });
  };
  const bool confirms = has(order.leaves, "confirmed");
  const auto body = change_of(order.leaves, location(order.location).zone);
  if (body.empty() && confirms) return confirm();
  caller_.call({"PUT", path, json::serialize(body)},
               [order, confirms, confirm, done](RestAnswer answer) {
                 const WriteAnswer out{kind_of(answer), order.key};
                 if (out.kind == Kind::kWritten && confirms) return confirm();
                 say(out, order, answer.status);
                 done(out);
               });
}

void OpenDentalWriter::find(WriteOrder order, std::function<void(Result<FoundRows>)> done) {
  order.file = {};
  find_from(0, std::make_shared<const WriteOrder>(std::move(order)), std::move(done));
}

// A whole page is followed by another one, of documents, which a patient may have many of.
void OpenDentalWriter::find_from(std::size_t offset, std::shared_ptr<const WriteOrder> order,
                                 std::function<void(Result<FoundRows>)> done) {
  const auto& zone = location(order->location).zone;
  auto path = list_path(*order, zone);
  if (offset > 0) path += "&Offset=" + std::to_string(offset);
  caller_.call({"GET", std::move(path), {}},
               [this, offset, order, &zone, done = std::move(done)](RestAnswer answer) {
                 auto rows = rows_in(answer, *order, zone);
                 if (!rows) return done(std::unexpected(rows.error()));
                 const auto next = offset + rows->listed;
                 const bool more = order->kind == kDocument && rows->wanted.keys.empty() &&
                                   rows->listed >= kRowsOfAPage && next < kRowsLookedAtMax;
                 if (more) return find_from(next, order, done);
                 done(std::move(rows->wanted));
               });
}

void OpenDentalWriter::probe(std::function<void(Result<void>)> done) {
  caller_.call({"GET", "/operatories", {}}, [done = std::move(done)](RestAnswer answer) {
    const bool good = answer.came == Came::kWhole && answer.status < 300;
    done(good ? Result<void>()
              : failure(Code::kUnreachable, "the record system's interface does not answer"));
  });
}

}  // namespace chartbell
