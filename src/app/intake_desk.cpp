#include "app/intake_desk.h"

namespace chartbell {

// A source that takes no pushes refuses at once.
bool IntakeDesk::put(SourceId source, PushCall call) {
  const auto found = runners_.find(source);
  if (found != runners_.end()) return found->second.runner->put(call);
  refuse(call, {Code::kNotFound, "The source takes no pushes: its url is not \"push:\""});
  return true;
}

bool IntakeDesk::push(SourceId source, PushedSnapshot snapshot, NewOnes new_ones, Receipts done) {
  return put(source, PushedOne{std::move(snapshot), new_ones, std::move(done)});
}

bool IntakeDesk::push_batch(SourceId source, PushedBatch batch, NewOnes new_ones, Receipts done) {
  return put(source, PushedMany{std::move(batch), new_ones, std::move(done)});
}

std::optional<SourceId> IntakeDesk::book_of(InstitutionId institution, LocationId location) const {
  for (const auto& [source, entry] : runners_)
    if (entry.institution == institution && entry.runner->is_book() &&
        entry.runner->serves(location))
      return source;
  return std::nullopt;
}

void IntakeDesk::act(SourceId book, std::function<Result<InBook>(Book&)> act, Done done) {
  if (!put(book, BookAct{std::move(act), done}))
    done(failure(Code::kUnreachable, "Too much waits for this location; try again later"));
}

void IntakeDesk::request(SourceId book, BookRequest request, Done done) {
  act(
      book, [request = std::move(request)](Book& kept) { return kept.request(request); },
      std::move(done));
}

void IntakeDesk::change(SourceId book, ResourceId appointment, Leaves leaves, Done done) {
  act(
      book,
      [appointment, leaves = std::move(leaves)](Book& kept) {
        return kept.change(appointment, leaves);
      },
      std::move(done));
}

void IntakeDesk::create_patient(SourceId book, Leaves leaves, Done done) {
  act(
      book, [leaves = std::move(leaves)](Book& kept) { return kept.create_patient(leaves); },
      std::move(done));
}

void IntakeDesk::decide(SourceId book, ResourceId appointment, Decision decision, Done done) {
  act(
      book, [appointment, decision](Book& kept) { return kept.decide(appointment, decision); },
      std::move(done));
}

}  // namespace chartbell
