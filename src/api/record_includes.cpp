#include "api/record_includes.h"

#include <algorithm>
#include <map>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "base/json_text.h"

namespace chartbell {
namespace {

namespace json = boost::json;

constexpr std::size_t kProceduresMax = 100;  // of one appointment

struct IncludeName {
  std::string_view name;
  Include include;
  // What it is where it is one resource that the appointment points to.
  std::optional<ResourceKind> kind{};
  std::string_view path{};
};

constexpr IncludeName kIncludes[] = {
    {"patient", Include::kPatient, ResourceKind::kPatient, "patient_id"},
    {"provider", Include::kProvider, ResourceKind::kProvider, "provider_id"},
    {"operatory", Include::kOperatory, ResourceKind::kOperatory, "operatory_id"},
    {"appointment_type", Include::kAppointmentType, ResourceKind::kAppointmentType,
     "appointment_type_id"},
    {"procedures", Include::kProcedures},
    {"descriptors", Include::kDescriptors},
    {"booking_details", Include::kBookingDetails},
};

json::object object_of(const Record& record) {
  json::error_code error;
  auto value = json::parse(json::string_view(record.document.expose()), error);
  return error || !value.is_object() ? json::object() : std::move(value.as_object());
}

std::int64_t integer_at(const json::object& object, std::string_view path) {
  const auto* leaf = object.if_contains(path);
  return leaf != nullptr && leaf->is_int64() ? leaf->as_int64() : 0;
}

std::string_view text_at(const json::object& object, std::string_view path) {
  const auto* leaf = object.if_contains(path);
  return leaf != nullptr && leaf->is_string() ? std::string_view(leaf->as_string()) : "";
}

// One page of appointments.
class Including {
 public:
  Including(ApiParts& parts, const RecordView& view) : parts_(parts), view_(view) {
    view_.detail = Detail::kList;
  }

  Result<std::string> show_all(const Record& appointment, const std::vector<Include>& wanted) {
    TRY(auto text, show(appointment, view_));
    if (wanted.empty()) return text;
    const auto object = object_of(appointment);
    std::vector<std::pair<std::string_view, std::string>> members;
    for (const auto& known : kIncludes) {
      if (std::ranges::find(wanted, known.include) == wanted.end()) continue;
      TRY(auto member, one(known, appointment, object));
      members.emplace_back(known.name, std::move(member));
    }
    return with_members(std::move(text), members);
  }

 private:
  Result<std::string> one(const IncludeName& what, const Record& appointment,
                          const json::object& object) {
    if (what.kind) return referenced(appointment, *what.kind, integer_at(object, what.path));
    if (what.include == Include::kProcedures) return procedures(appointment);
    if (what.include == Include::kDescriptors) return descriptors(appointment, object);
    return std::string("null");
  }

  Result<std::string> referenced(const Record& from, ResourceKind kind, std::int64_t id) {
    if (id == 0) return std::string("null");
    if (const auto found = shown_.find({kind, id}); found != shown_.end()) return found->second;
    TRY(const auto record, parts_.records.record(from.institution, kind, {id}));
    std::string text = "null";
    if (record) {
      TRY(text, show(*record, view_));
    }
    return shown_[{kind, id}] = std::move(text);
  }

  Result<std::vector<Record>> procedures_of(const Record& appointment) {
    TRY(auto page, parts_.records.records({.institution = appointment.institution,
                                           .kind = ResourceKind::kProcedure,
                                           .appointment = appointment.id.value,
                                           .limit = kProceduresMax}));
    return std::move(page.rows);
  }

  Result<std::string> procedures(const Record& appointment) {
    TRY(const auto rows, procedures_of(appointment));
    std::vector<std::string> out;
    for (const auto& row : rows) {
      TRY(auto text, show(row, view_));
      out.push_back(std::move(text));
    }
    return array_of(out);
  }

  // What webhooks show as descriptors are the codes of the appointment's procedures; those that no
  // longer belong to it in the record system are inactive.
  Result<std::string> descriptors(const Record& appointment, const json::object& shown_in) {
    TRY(const auto rows, procedures_of(appointment));
    std::vector<std::string> out;
    for (const auto& row : rows) {
      const auto object = object_of(row);
      if (text_at(object, "status") == "inactive") continue;
      TRY(auto text, descriptor(row, object, shown_in));
      out.push_back(std::move(text));
    }
    return array_of(out);
  }

  Result<std::string> descriptor(const Record& procedure, const json::object& object,
                                 const json::object& appointment) {
    std::optional<ResourceId> id;
    if (procedure.key) {
      TRY(id, parts_.records.id_of_key(procedure.institution, procedure.source,
                                       ResourceKind::kDescriptor, *procedure.key));
    }
    const auto& shape = shape_of(ResourceKind::kDescriptor);
    std::vector<std::string> leaves(shape.fields().size());
    const auto set = [&](std::string_view path, std::string text) {
      leaves[*shape.index_of(path)] = std::move(text);
    };
    const auto copy = [&](std::string_view path, const json::object& from) {
      const auto* leaf = from.if_contains(path);
      if (leaf != nullptr) set(path, json::serialize(*leaf));
    };
    set("descriptor_type", "\"Procedure Code\"");
    for (const auto* path : {"name", "code", "location_id"}) copy(path, object);
    copy("foreign_id_type", appointment);
    if (procedure.key) set("foreign_id", json_string(to_string(*procedure.key)));
    const Record shown{.kind = ResourceKind::kDescriptor,
                       .id = id.value_or(procedure.id),
                       .created_at = procedure.created_at,
                       .updated_at = procedure.updated_at,
                       .document = Document(shape.render(leaves))};
    return show(shown, view_);
  }

  ApiParts& parts_;
  RecordView view_;
  std::map<std::pair<ResourceKind, std::int64_t>, std::string> shown_;
};

}  // namespace

Result<Includes> read_includes(const Call& call) {
  TRY(const auto names, call.parameters.list("include"));
  Includes out;
  for (const auto& name : names) {
    const auto found = std::ranges::find(kIncludes, std::string_view(name), &IncludeName::name);
    if (found != std::end(kIncludes)) {
      out.wanted.push_back(found->include);
    } else {
      out.notes = "include[]: what is not known was passed over";
    }
  }
  return out;
}

Result<std::vector<std::string>> show_with_includes(ApiParts& parts,
                                                    const std::vector<Record>& appointments,
                                                    const std::vector<Include>& wanted,
                                                    const RecordView& view) {
  Including including(parts, view);
  std::vector<std::string> out;
  for (const auto& appointment : appointments) {
    TRY(auto text, including.show_all(appointment, wanted));
    out.push_back(std::move(text));
  }
  return out;
}

}  // namespace chartbell
