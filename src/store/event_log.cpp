#include "store/event_log.h"

namespace chartbell {
namespace {

std::string record_name(InstitutionId institution, EventSeq seq) {
  return "event/" + to_string(institution) + "/" + to_string(seq);
}

}  // namespace

Result<void> EventLog::load() {
  TRY(auto db, core_.reader());
  auto select = db->prepare("SELECT institution, max(seq) FROM event GROUP BY institution");
  while (true) {
    TRY(const bool row, select.step());
    if (!row) return {};
    const EventSeq head{select.integer(1)};
    heads_[{select.integer(0)}] = {head, head};
  }
}

std::vector<EventLog::Prepared> EventLog::prepare(std::vector<NewEvent> events) {
  std::vector<Prepared> out;
  out.reserve(events.size());
  for (auto& event : events) {
    auto compressed = Sealer::compress(event.body.text.expose());
    out.push_back(
        {std::make_shared<Event>(Event{.content = std::move(event)}), std::move(compressed)});
  }
  return out;
}

Result<void> EventLog::append(SqliteDb& db, InstitutionId institution,
                              const std::vector<Prepared>& events) {
  EventSeq seq;
  {
    const std::lock_guard lock(mutex_);
    seq = heads_[institution].appended;
  }
  for (const auto& [event, compressed] : events) {
    ++seq.value;
    event->institution = institution;
    event->seq = seq;
    const auto& content = event->content;
    const auto sealed =
        core_.sealer().seal_compressed(institution, record_name(institution, seq), compressed);
    TRY_DO(db.prepare("INSERT INTO event VALUES (?,?,?,?,?,?,?,?)")
               .bind(institution.value)
               .bind(seq.value)
               .bind(content.event_name)
               .bind(content.resource.value)
               .bind(content.location.value)
               .bind(to_ms(content.time))
               .bind(static_cast<std::int64_t>(content.body.splice_at))
               .bind_blob(sealed)
               .run());
  }
  auto& staged = staged_[institution];
  for (const auto& prepared : events) staged.push_back(prepared.event);
  const std::lock_guard lock(mutex_);
  heads_[institution].appended = seq;
  return {};
}

void EventLog::committed(InstitutionId institution) {
  for (auto& event : staged_[institution]) recent_.add(std::move(event));
  staged_[institution].clear();
  {
    const std::lock_guard lock(mutex_);
    auto& head = heads_[institution];
    if (head.durable == head.appended) return;
    head.durable = head.appended;
  }
  if (appended_) appended_(institution);
}

EventSeq EventLog::head(InstitutionId institution) const {
  const std::lock_guard lock(mutex_);
  const auto found = heads_.find(institution);
  return found == heads_.end() ? EventSeq() : found->second.durable;
}

Result<Event> EventLog::read(SqliteStatement& row, InstitutionId institution) {
  Event event{.institution = institution, .seq = {row.integer(0)}};
  NewEvent& content = event.content;
  content.event_name = row.text(1);
  content.row = find_delivered(content.event_name);
  if (content.row == nullptr)
    return failure(Code::kCorrupt, "an event in the log has an unknown name");
  content.resource = {row.integer(2)};
  content.location = {row.integer(3)};
  content.time = from_ms(row.integer(4));
  content.body.splice_at = static_cast<std::uint32_t>(row.integer(5));
  TRY(auto text,
      core_.sealer().open(institution, record_name(institution, event.seq), row.blob(6)));
  content.body.text = Document(std::move(text));
  return event;
}

Result<std::vector<EventPtr>> EventLog::after(InstitutionId institution, EventSeq seq,
                                              std::size_t limit) {
  if (auto recent = recent_.after(institution, seq, limit)) return *std::move(recent);
  TRY(auto db, core_.reader());
  auto select = db->prepare(
      "SELECT seq, event_name, resource, location, time_ms, splice_at, sealed_body FROM event "
      "WHERE institution=? AND seq>? AND seq<=? ORDER BY seq LIMIT ?");
  select.bind(institution.value)
      .bind(seq.value)
      .bind(head(institution).value)
      .bind(static_cast<std::int64_t>(limit));
  std::vector<EventPtr> out;
  while (true) {
    TRY(const bool row, select.step());
    if (!row) return out;
    TRY(auto event, read(select, institution));
    out.push_back(std::make_shared<Event>(std::move(event)));
  }
}

Result<EventPtr> EventLog::at(InstitutionId institution, EventSeq seq) {
  TRY(auto events, after(institution, {seq.value - 1}, 1));
  if (events.empty() || events.front()->seq != seq) return EventPtr();
  return std::move(events.front());
}

}  // namespace chartbell
