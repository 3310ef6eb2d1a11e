// Forms: what a practice asks of a patient, and what came of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "model/document.h"
#include "model/ids.h"
#include "model/record_write.h"

namespace chartbell {

// One version of a template. A version never changes; another text of the same name is another one.
struct FormVersion {
  InstitutionId institution;
  FormId id;
  std::string name;  // "medical-history"
  std::int64_t version = 1;
  bool active = true;  // no new requests otherwise
  WallTime created_at;
  std::string text;  // JSON; empty in lists
};

enum class FormRequestStatus : std::uint8_t { kOpen, kCompleted, kRevoked, kExpired };
// "open".
std::string_view name(FormRequestStatus status);
std::optional<FormRequestStatus> form_request_status(std::string_view name);

// A patient is asked to fill in a form, by a link. The store knows no link, only its SHA-256.
struct FormRequest {
  InstitutionId institution;
  ResourceId id;     // within Chartbell
  std::string name;  // 32 hex digits: its id on the wire (wire contract §1, row 5); no secret
  FormId form;
  ResourceId patient;
  SourceId source;
  LocationId location;
  std::optional<ResourceId> appointment;
  std::string language;  // "es"; empty: the template's first
  FormRequestStatus status = FormRequestStatus::kOpen;
  WallTime created_at;
  WallTime expires_at;
  std::optional<WallTime> ended_at;  // completed or revoked
  bool has_draft = false;
  int wrong_dates = 0;                    // in a row, of birth
  std::optional<WallTime> wrong_date_at;  // the last one
};

enum class FormResponseStatus : std::uint8_t { kPending, kComplete, kFailed };
std::string_view name(FormResponseStatus status);
std::optional<FormResponseStatus> form_response_status(std::string_view name);

// What a patient has answered. It is kept whatever becomes of its document in the record system.
struct FormResponse {
  InstitutionId institution;
  ResourceId id;
  std::string request;  // FormRequest::name
  FormId form;
  ResourceId patient;
  LocationId location;
  std::optional<ResourceId> appointment;
  ResourceId document;  // of the patient; its file is the PDF
  std::string document_url;
  std::string language;
  FormResponseStatus status = FormResponseStatus::kPending;
  WriteFault fault = WriteFault::kNone;
  WallTime created_at;
  WallTime updated_at;
  Document answers;  // an object by the template's schema; empty in lists
};

// "d2594a76862247209d4c35a92e0902f8" as the vendor writes it in a response's event:
// "d2594a76-8622-4720-9d4c-35a92e0902f8".
std::string dashed(std::string_view request_name);
// Either form to the plain one; nothing for anything else.
std::optional<std::string> form_request_name(std::string_view text);

}  // namespace chartbell
