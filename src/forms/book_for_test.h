// MemoryFormBook: one request and its link, in memory, for a test to look into.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "forms/ports.h"

namespace chartbell {

class MemoryFormBook final : public FormBook {
 public:
  explicit MemoryFormBook(const Clock& clock) : clock_(clock) {}

  Result<std::optional<OpenForm>> open_form(std::string_view link_hash) override {
    if (broken) return failure(Code::kCorrupt, "broken by the test");
    if (link_hash != hash || !is_open()) return std::optional<OpenForm>();
    return std::optional(open);
  }
  Result<int> count_wrong_date(const FormRequest&) override {
    open.request.wrong_date_at = clock_.now();
    return ++open.request.wrong_dates;
  }
  Result<void> forget_wrong_dates(const FormRequest&) override {
    open.request.wrong_dates = 0;
    open.request.wrong_date_at.reset();
    return {};
  }
  Result<void> revoke(const FormRequest&) override {
    open.request.status = FormRequestStatus::kRevoked;
    return {};
  }
  Result<bool> keep_draft(const FormRequest&, const Document& draft) override {
    if (!is_open()) return false;
    open.draft = draft;
    return true;
  }
  ResourceId new_id() override { return {++last_id_}; }
  Result<bool> complete(FormCompletion completion) override {
    if (!is_open()) return false;
    open.request.status = FormRequestStatus::kCompleted;
    completed.push_back(std::move(completion));
    return true;
  }

  std::string hash;  // of the link
  OpenForm open;
  bool broken = false;
  std::vector<FormCompletion> completed;

 private:
  bool is_open() const {
    return open.request.status == FormRequestStatus::kOpen &&
           clock_.now() < open.request.expires_at;
  }

  const Clock& clock_;
  std::int64_t last_id_ = 500;
};

class ScriptedFormSource final : public FormSource {
 public:
  DocumentFate fate(SourceId) const override { return fate_of_all; }
  void wake(SourceId source) override { woken.push_back(source); }

  DocumentFate fate_of_all = DocumentFate::kWritten;
  std::vector<SourceId> woken;
};

}  // namespace chartbell
