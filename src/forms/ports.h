// What forms need of their neighbours: the book of forms from the store, and who knows which record
// system takes documents.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/document.h"
#include "model/event.h"
#include "model/form.h"
#include "model/ids.h"
#include "model/record_write.h"

namespace chartbell {

// A request whose link was shown, with all that its page needs.
struct OpenForm {
  FormRequest request;
  std::string subdomain;
  std::string institution;  // names
  std::string location;
  std::string timezone;  // IANA
  std::string text;      // the template's
  Document patient;      // as the wire has it
  Document draft;        // empty where nothing is kept
};

// All of one commit.
struct FormCompletion {
  FormRequest request;     // as it was opened
  FormResponse response;   // with its answers
  NewWrite document;       // the PDF as a document of the patient, its resource and file in it
  bool is_written = true;  // whether the write is queued; else the document is kept here alone
  std::vector<NewEvent> events;
};

// Thread-safe. A change returns when it is on disk.
class FormBook {
 public:
  virtual ~FormBook() = default;
  // By the SHA-256 (32 bytes) of the link's token as it stands in the link. Nothing where there is
  // none, and for requests that are completed, revoked or expired: they are not told apart.
  virtual Result<std::optional<OpenForm>> open_form(std::string_view link_hash) = 0;
  // A wrong date of birth was given; how many there were in a row, with this one.
  virtual Result<int> count_wrong_date(const FormRequest& request) = 0;
  virtual Result<void> forget_wrong_dates(const FormRequest& request) = 0;
  // Nobody can open it any more.
  virtual Result<void> revoke(const FormRequest& request) = 0;
  // In place of the one before. False where the request is not open any more.
  virtual Result<bool> keep_draft(const FormRequest& request, const Document& draft) = 0;
  // An id for a response or a document.
  virtual ResourceId new_id() = 0;
  // False, and nothing is done, where the request is not open any more.
  virtual Result<bool> complete(FormCompletion completion) = 0;
};

// What the record system behind a source does with a document.
enum class DocumentFate : std::uint8_t {
  kWritten,   // it is written there
  kKeptHere,  // Chartbell is the record system
  kNotTaken,
};

class FormSource {
 public:
  virtual ~FormSource() = default;
  virtual DocumentFate fate(SourceId source) const = 0;
  // A write was queued.
  virtual void wake(SourceId source) = 0;
};

}  // namespace chartbell
