// What write-back needs of its neighbours: the book of writes from the store, a writer for the
// record system.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "detect/ports.h"
#include "model/event.h"
#include "model/foreign_key.h"
#include "model/ids.h"
#include "model/leaves.h"
#include "model/record_write.h"

namespace chartbell {

// ---- the record system's side -----------------------------------------------------------------

// A write in the record system's own terms: where the wire has ids of ours, `leaves` have its keys.
// Leaves that nobody knows are absent. They hold patient data.
struct WriteOrder {
  WriteId id;
  ResourceKind kind = ResourceKind::kAppointment;
  WriteAction action = WriteAction::kCreate;
  LocationId location;
  std::optional<ForeignKey> key;  // of the row to change
  LeafMap leaves;
  Document file{};  // of a document: its bytes
};

// What came of an attempt to write.
struct WriteAnswer {
  enum class Kind : std::uint8_t {
    kWritten,
    kRefused,  // nothing was written, and trying again would not help
    kNotSent,  // nothing was written; the record system was away
    kUnsure,   // it may have been written, or may still be
  };
  Kind kind = Kind::kUnsure;
  std::optional<ForeignKey> key{};  // of the row that was created
};

// Rows that may be what a write has written.
struct FoundRows {
  std::vector<ForeignKey> keys;
  // Nothing of the attempt is under way any more in the record system: what is not there now will
  // not come.
  bool final = false;
};

// Writes into one record system. Used on its source's turns; answers come on any thread, now or
// later, once each. None comes after the writer is gone.
class RecordWriter {
 public:
  virtual ~RecordWriter() = default;
  // Whether this record system can take such a write, and such a leaf in it.
  virtual bool takes(ResourceKind kind, WriteAction action) const = 0;
  virtual bool takes(ResourceKind kind, WriteAction action, std::string_view path) const = 0;
  // Whether such a write must have that leaf.
  virtual bool needs(ResourceKind, WriteAction, std::string_view) const { return false; }
  virtual void write(WriteOrder order, std::function<void(WriteAnswer)> done) = 0;
  // Looks for the rows of a kCreate. Errors: as those of a reader.
  virtual void find(WriteOrder order, std::function<void(Result<FoundRows>)> done) = 0;
  // Whether it could write now.
  virtual void probe(std::function<void(Result<void>)> done) = 0;
  // How many writes it is given at a time.
  virtual std::size_t at_once() const = 0;
  // How long after an attempt without an answer its row may still come, where FoundRows do not say.
  virtual Milliseconds doubt() const = 0;
};

// ---- the store's side -------------------------------------------------------------------------

// What became of a write; one commit with the events that tell of it.
struct WriteStep {
  RecordWrite write;  // as it is from now on
  // kComplete of a kCreate: the resource as it was written. It gets the row's key.
  std::optional<Document> document{};
  std::vector<NewEvent> events{};
};

// The writes that were accepted. Thread-safe; a change returns when it is on disk.
class WriteBook {
 public:
  virtual ~WriteBook() = default;
  // The open ones of a source behind `after`, ascending by id.
  virtual Result<std::vector<RecordWrite>> open_writes(SourceRef source, WriteId after,
                                                       std::size_t limit) = 0;
  // The bytes of a document; nothing where there are none.
  virtual Result<std::optional<Document>> file_of(InstitutionId institution,
                                                  ResourceId document) = 0;
  // A kCreate that failed takes its resource with it, and its file. Where the row's key has been
  // referred to before under another id, that id gives way.
  virtual Result<void> record(SourceRef source, std::vector<WriteStep> steps) = 0;
};

}  // namespace chartbell
