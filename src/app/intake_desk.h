// IntakeDesk: where calls of the API meet the sources that are pushed, and the books.
#pragma once

#include <map>

#include "api/ports.h"
#include "app/push_runner.h"

namespace chartbell {

// Thread-safe once every source is added. Runners outlive its use.
class IntakeDesk final : public PushDesk, public BookDesk {
 public:
  void add(InstitutionId institution, SourceId source, PushRunner& runner) {
    runners_[source] = {institution, &runner};
  }

  bool push(SourceId source, PushedSnapshot snapshot, NewOnes new_ones, Receipts done) override;
  bool push_batch(SourceId source, PushedBatch batch, NewOnes new_ones, Receipts done) override;

  std::optional<SourceId> book_of(InstitutionId institution, LocationId location) const override;
  void request(SourceId book, BookRequest request, Done done) override;
  void change(SourceId book, ResourceId appointment, Leaves leaves, Done done) override;
  void create_patient(SourceId book, Leaves leaves, Done done) override;
  void decide(SourceId book, ResourceId appointment, Decision decision, Done done) override;

 private:
  struct Entry {
    InstitutionId institution;
    PushRunner* runner = nullptr;
  };
  bool put(SourceId source, PushCall call);
  void act(SourceId book, std::function<Result<InBook>(Book&)> act, Done done);

  std::map<SourceId, Entry> runners_;
};

}  // namespace chartbell
