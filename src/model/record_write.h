// RecordWrite: something that is to be written into a record system, and how far that is.
//
//   accepted ──► writing ──► complete | failed
//      ▲            │ no answer
//      │            ▼
//      └──────── verifying ──► complete | failed
//
// A state is on disk before what it says is done: what a crash leaves in `writing` may have been
// written, so it is looked for and never simply written again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "model/document.h"
#include "model/foreign_key.h"
#include "model/ids.h"
#include "model/shape.h"
#include "model/stored_file.h"

namespace chartbell {

enum class WriteAction : std::uint8_t { kCreate, kChange };
constexpr std::string_view name(WriteAction action) {
  constexpr std::string_view kNames[] = {"create", "change"};
  return kNames[static_cast<std::size_t>(action)];
}

enum class WriteState : std::uint8_t { kAccepted, kWriting, kVerifying, kComplete, kFailed };
constexpr std::string_view name(WriteState state) {
  constexpr std::string_view kNames[] = {"accepted", "writing", "verifying", "complete", "failed"};
  return kNames[static_cast<std::size_t>(state)];
}
constexpr bool is_open(WriteState state) {
  return state < WriteState::kComplete;
}

// Why a write came to nothing.
enum class WriteFault : std::uint8_t {
  kNone,
  kRefused,            // the record system said no
  kTimedOut,           // it could not be reached before the appointment began
  kPatientNotWritten,  // the patient, new as well, came to nothing
  kNotThere,           // what was to be changed is gone, or one of what it names
  kNotTaken,           // a patient's form, and the record system takes no documents
};
// "timed_out".
std::string_view name(WriteFault fault);
// A sentence for the subscriber, without patient data.
std::string_view message(WriteFault fault);

struct RecordWrite {
  WriteId id;
  InstitutionId institution;
  SourceId source;
  LocationId location;
  ResourceKind kind = ResourceKind::kAppointment;
  WriteAction action = WriteAction::kCreate;
  ResourceId resource;
  // What is wanted. kCreate: the resource's whole document. kChange: an object of the leaves that
  // change, by path.
  Document order;
  WallTime created_at{};
  std::optional<WallTime> expires_at;  // not begun any more from then on

  WriteState state = WriteState::kAccepted;
  int attempts = 0;  // how often it was begun
  WallTime updated_at{};
  std::optional<WallTime> due;           // not before; nothing: now
  std::optional<WallTime> unsure_since;  // of the last attempt without an answer
  WriteFault fault = WriteFault::kNone;
  std::optional<ForeignKey> key;  // of the row, once it is known
};

// The bytes of a document; `name` is what its URL is known by, and by nothing else.
struct NewFile {
  std::string name;
  FileType type = FileType::kPdf;
  Document bytes;
};

// A write that is to be accepted.
struct NewWrite {
  InstitutionId institution;
  SourceId source;
  LocationId location;
  ResourceKind kind = ResourceKind::kAppointment;
  WriteAction action = WriteAction::kCreate;
  ResourceId resource{};  // of a kChange; a kCreate is given one
  Document order;
  std::optional<WallTime> expires_at;
  std::optional<NewFile> file{};  // of a document: what it holds, and is kept beside it
};

}  // namespace chartbell
