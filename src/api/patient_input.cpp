#include <algorithm>

#include "api/write_fields.h"
#include "api/write_input.h"
#include "base/json_text.h"
#include "base/time_text.h"
#include "model/name_words.h"

namespace chartbell {
namespace {

constexpr std::size_t kNameMax = 100;
constexpr std::size_t kTextMax = 255;
constexpr std::size_t kPhoneDigitsMin = 7;
constexpr std::size_t kPhoneDigitsMax = 15;
constexpr std::chrono::hours kPatience{7 * 24};

std::unexpected<Error> invalid(std::string what) {
  return failure(Code::kInvalid, std::move(what));
}

Result<std::string> required_text(const Parameters& given, std::string_view name) {
  TRY_DO(given.required(name));
  TRY(auto text, free_text(given, name, kNameMax));
  return *std::move(text);
}

Result<std::string> email_of(const Parameters& patient) {
  TRY_DO(patient.required("email"));
  TRY(auto email, free_text(patient, "email", kTextMax));
  const auto at = email->find('@');
  if (at == 0 || at == std::string::npos || at + 1 == email->size() ||
      email->find_first_of(" \n") != std::string::npos)
    return invalid("email must be an e-mail address");
  return *std::move(email);
}

Result<std::string> birth_date(const Parameters& bio, WallTime now) {
  TRY(auto text, bio.required("date_of_birth"));
  const auto date = parse_local(text);
  if (!date || text.size() != 10) return invalid("date_of_birth must be a date like 1980-05-03");
  if (date->time_since_epoch() > now.time_since_epoch())
    return invalid("date_of_birth must not be in the future");
  return text;
}

Result<std::string> phone_of(const Parameters& bio) {
  TRY_DO(bio.required("phone_number"));
  TRY(auto phone, free_text(bio, "phone_number", 40));
  const auto digits = static_cast<std::size_t>(
      std::ranges::count_if(*phone, [](char c) { return c >= '0' && c <= '9'; }));
  if (digits < kPhoneDigitsMin || digits > kPhoneDigitsMax)
    return invalid("phone_number must have 7 to 15 digits");
  return *std::move(phone);
}

constexpr std::string_view kGenders[] = {"Female", "Male", "Other", "Unknown"};

Result<std::optional<std::string>> gender_of(const Parameters& bio) {
  auto given = bio.text("gender");
  if (given && std::ranges::find(kGenders, *given) == std::end(kGenders))
    return invalid("gender must be Female, Male, Other or Unknown");
  return given;
}

Result<void> put_bio(const Parameters& bio, WallTime now, Leaves& out) {
  TRY(const auto born, birth_date(bio, now));
  TRY(const auto phone, phone_of(bio));
  TRY(const auto gender, gender_of(bio));
  out.emplace_back("bio.date_of_birth", json_string(born));
  out.emplace_back("bio.phone_number", json_string(phone));
  out.emplace_back("bio.cell_phone_number", json_string(phone));
  if (gender) out.emplace_back("bio.gender", json_string(*gender));
  for (const auto* name : {"city", "state", "zip_code", "address_line_1", "address_line_2",
                           "street_address", "home_phone_number", "work_phone_number"}) {
    TRY(const auto text, free_text(bio, name, kTextMax));
    if (text) out.emplace_back("bio." + std::string(name), json_string(*text));
  }
  return {};
}

// The store finds whoever has these words among their names: "Ann Lee" is also in "Ann Marie Lee".
Result<bool> has_name(const Record& patient, const std::string& name) {
  TRY(const auto leaves, leaves_of(patient.document));
  const auto theirs =
      plain_text(leaf(leaves, "first_name")) + " " + plain_text(leaf(leaves, "last_name"));
  return name_words(theirs) == name_words(name);
}

}  // namespace

Result<NewWrite> new_patient(ApiParts& parts, const Call& call, const Institution& institution) {
  TRY(const auto location, required_location(institution, call.parameters));
  TRY(const auto provider_given, call.parameters.inside("provider"));
  TRY(const auto provider, required_record(parts, institution.id, provider_given, "provider_id",
                                           ResourceKind::kProvider));
  TRY(const auto patient, call.parameters.inside("patient"));
  TRY(const auto first, required_text(patient, "first_name"));
  TRY(const auto last, required_text(patient, "last_name"));
  TRY(const auto middle, free_text(patient, "middle_name", kNameMax));
  TRY(const auto email, email_of(patient));
  TRY(const auto bio, patient.inside("bio"));
  Leaves leaves = {{"email", json_string(email)},
                   {"first_name", json_string(first)},
                   {"last_name", json_string(last)},
                   {"name", json_string(first + " " + last)},
                   {"institution_id", to_string(institution.id)},
                   {"bio.new_patient", "true"},
                   {"location_ids", "[" + to_string(location.id) + "]"}};
  if (middle) leaves.emplace_back("middle_name", json_string(*middle));
  TRY_DO(put_bio(bio, parts.clock.now(), leaves));
  return NewWrite{.institution = institution.id,
                  .source = provider.source,
                  .location = location.id,
                  .kind = ResourceKind::kPatient,
                  .order = document_of(ResourceKind::kPatient, leaves),
                  .expires_at = parts.clock.now() + kPatience};
}

Result<std::optional<Record>> same_patient(ApiParts& parts, const NewWrite& patient) {
  TRY(const auto wanted, leaves_of(patient.order));
  const auto name = plain_text(leaf(wanted, "name"));
  TRY(const auto page,
      parts.records.records({.institution = patient.institution,
                             .kind = ResourceKind::kPatient,
                             .name = name,
                             .date_of_birth = plain_text(leaf(wanted, "bio.date_of_birth")),
                             .limit = 50}));
  for (const auto& row : page.rows) {
    if (row.source != patient.source || row.gone) continue;
    TRY(const bool same, has_name(row, name));
    if (same) return std::optional(row);
  }
  return std::optional<Record>();
}

}  // namespace chartbell
