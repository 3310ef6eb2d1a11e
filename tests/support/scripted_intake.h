// Desks that tests of the API look into: they note what was asked and answer as the test says.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "api/ports.h"

namespace chartbell {

class ScriptedPushes final : public PushDesk {
 public:
  bool push(SourceId source, PushedSnapshot snapshot, NewOnes new_ones, Receipts done) override {
    return take(source, std::move(snapshot), new_ones, done);
  }
  bool push_batch(SourceId source, PushedBatch batch, NewOnes new_ones, Receipts done) override {
    batches.push_back(batch);
    return take(source, {.body = std::move(batch.lines)}, new_ones, done);
  }

  struct Asked {
    SourceId source;
    PushedSnapshot snapshot;
    NewOnes new_ones;
  };
  bool full = false;
  Result<std::vector<PushReceipt>> receipts = std::vector<PushReceipt>{
      {.revision = 7, .id = ResourceId{1001}, .type = "patient", .foreign_id = "p-1"}};
  std::vector<Asked> asked;
  std::vector<PushedBatch> batches;

 private:
  bool take(SourceId source, PushedSnapshot snapshot, NewOnes new_ones, const Receipts& done) {
    if (full) return false;
    asked.push_back({source, std::move(snapshot), new_ones});
    done(receipts);
    return true;
  }
};

class ScriptedBooks final : public BookDesk {
 public:
  std::optional<SourceId> book_of(InstitutionId, LocationId) const override { return book; }
  void request(SourceId, BookRequest request, Done done) override {
    requests.push_back(std::move(request));
    done(kept);
  }
  void change(SourceId, ResourceId, Leaves leaves, Done done) override {
    changes.push_back(std::move(leaves));
    done(kept);
  }
  void create_patient(SourceId, Leaves leaves, Done done) override {
    patients.push_back(std::move(leaves));
    done(kept);
  }
  void decide(SourceId, ResourceId, Decision decision, Done done) override {
    decisions.push_back(decision);
    done(kept);
  }

  std::optional<SourceId> book;
  Result<InBook> kept = InBook{.id = {41},
                               .object = Document(R"({"id":41,"foreign_id":null})"),
                               .booking = Booking{.appointment = {41}, .location = {2}}};
  std::vector<BookRequest> requests;
  std::vector<Leaves> changes;
  std::vector<Leaves> patients;
  std::vector<Decision> decisions;
};

class MemoryBookings final : public BookingList {
 public:
  Result<Page<Row, ResourceId>> bookings(const Query& query) override {
    asked = query;
    Page<Row, ResourceId> page;
    for (const auto& [key, row] : rows)
      if (key.first == query.institution) page.rows.push_back(row);
    page.next = next;
    return page;
  }
  Result<std::optional<Row>> booking(InstitutionId institution, ResourceId id) override {
    const auto found = rows.find({institution, id});
    return found == rows.end() ? std::nullopt : std::optional(found->second);
  }
  void put(InstitutionId institution, Booking booking) {
    Record record{.institution = institution, .id = booking.appointment};
    record.document = Document(R"({"id":null,"foreign_id":null})");
    rows[{institution, booking.appointment}] = {booking, std::move(record)};
  }

  std::map<std::pair<InstitutionId, ResourceId>, Row> rows;
  std::optional<ResourceId> next;
  Query asked;
};

}  // namespace chartbell
