// MemoryForms: forms as the API meets them, in memory.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "api/ports.h"
#include "support/fake_clock.h"

namespace chartbell {

class MemoryForms final : public FormDesk {
 public:
  explicit MemoryForms(const FakeClock& clock) : clock_(clock) {}

  Result<Added> add_version(InstitutionId institution, std::string text) override {
    if (text.find("wrong") != std::string::npos)
      return failure(Code::kInvalid, "/title: must be an object");
    for (const auto& row : versions_)
      if (row.text == text) return Added{row, false};
    versions_.push_back({.institution = institution,
                         .id = {++last_},
                         .name = "history",
                         .version = std::ssize(versions_) + 1,
                         .created_at = clock_.now(),
                         .text = std::move(text)});
    return Added{versions_.back(), true};
  }
  Result<Page<FormVersion, FormId>> versions(const FormVersionQuery& query) override {
    asked_versions = query;
    Page<FormVersion, FormId> page{.rows = of(versions_, query.institution), .next = {}};
    if (next) page.next = FormId{next->value};
    return page;
  }
  Result<FormVersion> version(InstitutionId institution, FormId id) override {
    return find(versions_, institution, id, "Form template not found");
  }
  Result<FormVersion> set_active(InstitutionId institution, FormId id, bool active) override {
    for (auto& row : versions_)
      if (row.id == id) row.active = active;
    return version(institution, id);
  }
  Result<std::vector<std::string>> languages(const FormVersion&) override {
    return std::vector<std::string>{"en", "es"};
  }
  Result<Issued> issue(NewFormRequest wanted) override {
    issued = wanted;
    requests_.push_back({.institution = wanted.institution,
                         .id = {++last_},
                         .name = "d2594a76862247209d4c35a92e0902f8",
                         .form = wanted.form,
                         .patient = wanted.patient,
                         .source = wanted.source,
                         .location = wanted.location,
                         .appointment = wanted.appointment,
                         .language = wanted.language,
                         .created_at = clock_.now(),
                         .expires_at = wanted.expires_at,
                         .ended_at = {},
                         .wrong_date_at = {}});
    return Issued{requests_.back(), "https://forms.example/f/secret"};
  }
  Result<Page<FormRequest, ResourceId>> requests(const FormRequestQuery& query) override {
    asked_requests = query;
    return Page<FormRequest, ResourceId>{of(requests_, query.institution), next};
  }
  Result<FormRequest> request(InstitutionId institution, std::string_view name) override {
    for (const auto& row : requests_)
      if (row.institution == institution && row.name == name) return row;
    return failure(Code::kNotFound, "Form request not found");
  }
  Result<FormRequest> revoke(InstitutionId institution, std::string_view name) override {
    TRY(auto found, request(institution, name));
    auto& row = requests_.at(0);
    if (row.status != FormRequestStatus::kOpen)
      return failure(Code::kConflict, "This form request has ended");
    row.status = FormRequestStatus::kRevoked;
    row.ended_at = clock_.now();
    return row;
  }
  Result<Page<FormResponse, ResourceId>> responses(const FormResponseQuery& query) override {
    asked_responses = query;
    return Page<FormResponse, ResourceId>{of(responses_, query.institution), next};
  }
  Result<FormResponse> response(InstitutionId institution, ResourceId id) override {
    return find(responses_, institution, id, "Form response not found");
  }
  Result<FormResponse> write_again(InstitutionId institution, ResourceId id) override {
    TRY(auto found, response(institution, id));
    if (found.status != FormResponseStatus::kFailed)
      return failure(Code::kConflict, "This form response has not failed");
    found.status = FormResponseStatus::kPending;
    return found;
  }

  void put(FormResponse response) { responses_.push_back(std::move(response)); }

  std::optional<ResourceId> next;
  std::optional<NewFormRequest> issued;
  FormVersionQuery asked_versions;
  FormRequestQuery asked_requests;
  FormResponseQuery asked_responses;

 private:
  template <class Row>
  static std::vector<Row> of(const std::vector<Row>& rows, InstitutionId institution) {
    std::vector<Row> out;
    std::ranges::copy_if(rows, std::back_inserter(out),
                         [&](const Row& row) { return row.institution == institution; });
    return out;
  }
  template <class Row, class RowId>
  static Result<Row> find(const std::vector<Row>& rows, InstitutionId institution, RowId id,
                          std::string missing) {
    for (const auto& row : rows)
      if (row.institution == institution && row.id == id) return row;
    return failure(Code::kNotFound, std::move(missing));
  }

  const FakeClock& clock_;
  std::int64_t last_ = 900;
  std::vector<FormVersion> versions_;
  std::vector<FormRequest> requests_;
  std::vector<FormResponse> responses_;
};

}  // namespace chartbell
