// Events, deliveries, replays and health without a disk: what the API asks of them is kept, what it
// is to be answered is set by the test.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "api/ports.h"

namespace chartbell {

class MemoryArchive final : public EventArchive {
 public:
  void append(InstitutionId institution, NewEvent content) {
    auto& log = logs_[institution];
    const EventSeq seq{static_cast<std::int64_t>(log.size()) + 1};
    log.push_back(std::make_shared<const Event>(Event{institution, seq, std::move(content)}));
  }

  EventSeq head(InstitutionId institution) const override {
    const auto found = logs_.find(institution);
    return {found == logs_.end() ? 0 : static_cast<std::int64_t>(found->second.size())};
  }
  Result<Page<EventRow, EventSeq>> events(const EventQuery& query) override {
    queries.push_back(query);
    Page<EventRow, EventSeq> out;
    for (const auto& event : logs_[query.institution]) {
      if (query.after && event->seq <= *query.after) continue;
      if (out.rows.size() == query.limit) {
        out.next = out.rows.back().seq;
        break;
      }
      const auto& content = event->content;
      out.rows.push_back({query.institution, event->seq, content.row, content.event_name,
                          content.resource, content.location, content.time});
    }
    return out;
  }
  Result<EventPtr> event(InstitutionId institution, EventSeq seq) override {
    const auto& log = logs_[institution];
    if (seq < EventSeq{1} || seq > head(institution)) return EventPtr();
    return log[static_cast<std::size_t>(seq.value - 1)];
  }
  Result<std::vector<EventPtr>> events_after(InstitutionId institution, EventSeq after,
                                             std::size_t limit) override {
    std::vector<EventPtr> out;
    for (const auto& event : logs_[institution])
      if (event->seq > after && out.size() < limit) out.push_back(event);
    return out;
  }
  Result<EventSeq> last_before(InstitutionId institution, WallTime time) override {
    EventSeq out;
    for (const auto& event : logs_[institution])
      if (event->content.time < time) out = event->seq;
    return out;
  }

  std::vector<EventQuery> queries;

 private:
  std::map<InstitutionId, std::vector<EventPtr>> logs_;
};

class MemoryDeliveryBook final : public DeliveryBook {
 public:
  Result<std::vector<Delivery>> deliveries_of(AccountId, const Event&) override {
    return deliveries;
  }
  Result<Page<Attempt, AttemptPosition>> attempts(const AttemptQuery& query) override {
    queries.push_back(query);
    return attempts_page;
  }
  Result<Page<WaitingRetry, WaitingRetry>> retries(EndpointId,
                                                   const std::optional<WaitingRetry>& after,
                                                   std::size_t) override {
    retries_after = after;
    return retries_page;
  }
  Result<Page<DeadLetter, DeadLetter>> dead_letters(EndpointId,
                                                    const std::optional<DeadLetter>& after,
                                                    std::size_t) override {
    dead_after = after;
    return dead_page;
  }
  Result<Waiting> waiting(const Endpoint&) override { return what_waits; }
  Result<DeliveryState> retry(const Endpoint& endpoint, const Event& event) override {
    retried.push_back({event.institution, endpoint.id, event.seq});
    return DeliveryState::kRetrying;
  }
  void retry_failed(EndpointId, WallTime since,
                    std::function<void(Result<std::int64_t>)> done) override {
    retried_since = since;
    done(3);
  }

  std::vector<Delivery> deliveries;
  Page<Attempt, AttemptPosition> attempts_page;
  Page<WaitingRetry, WaitingRetry> retries_page;
  Page<DeadLetter, DeadLetter> dead_page;
  Waiting what_waits;
  std::vector<AttemptQuery> queries;
  std::optional<WaitingRetry> retries_after;
  std::optional<DeadLetter> dead_after;
  std::vector<DeliveryKey> retried;
  std::optional<WallTime> retried_since;
};

class MemoryReplayBook final : public ReplayBook {
 public:
  explicit MemoryReplayBook(const Clock& clock) : clock_(clock) {}

  Result<Replay> create(const NewReplay& replay) override {
    const ReplayId id{static_cast<std::int64_t>(rows_.size()) + 1};
    rows_[id] = {.id = id,
                 .endpoint = replay.endpoint,
                 .institution = replay.institution,
                 .after = replay.after,
                 .to = replay.to,
                 .topic = replay.topic,
                 .undelivered_only = replay.undelivered_only,
                 .cursor = replay.after,
                 .created_at = clock_.now()};
    return rows_[id];
  }
  Result<Page<Replay, ReplayId>> of_endpoint(EndpointId endpoint, std::optional<ReplayId>,
                                             std::size_t) override {
    Page<Replay, ReplayId> out;
    for (const auto& [id, row] : rows_)
      if (row.endpoint == endpoint) out.rows.push_back(row);
    return out;
  }
  Result<Replay> replay(ReplayId id) override {
    const auto found = rows_.find(id);
    if (found == rows_.end()) return failure(Code::kNotFound, "Replay not found");
    return found->second;
  }
  Result<Replay> cancel(ReplayId id) override {
    TRY_DO(replay(id));
    rows_[id].cancelled = true;
    rows_[id].done_at = clock_.now();
    return rows_[id];
  }

 private:
  const Clock& clock_;
  std::map<ReplayId, Replay> rows_;
};

// What is listed is set by the test; what was asked for is kept.
class MemoryRecordBook final : public RecordBook {
 public:
  Result<std::optional<Record>> record(InstitutionId institution, ResourceKind kind,
                                       ResourceId id) override {
    for (const auto& row : rows)
      if (row.institution == institution && row.kind == kind && row.id == id)
        return std::optional(row);
    return std::optional<Record>();
  }
  Result<std::optional<ResourceId>> id_of_key(InstitutionId, SourceId, ResourceKind kind,
                                              const ForeignKey& key) override {
    const auto found = keys.find({kind, key});
    return found == keys.end() ? std::nullopt : std::optional(found->second);
  }
  Result<RecordPage> records(const RecordQuery& query) override {
    queries.push_back(query);
    RecordPage out{.has_previous = has_previous, .has_next = has_next};
    for (const auto& row : rows) {
      if (row.institution != query.institution || row.kind != query.kind) continue;
      out.rows.push_back(row);
      out.places.push_back({to_ms(row.updated_at), row.id});
    }
    return out;
  }
  Result<std::int64_t> count(const RecordQuery&) override { return counted; }
  Result<std::vector<RecordTimes>> times_between(InstitutionId, ResourceKind kind,
                                                 const RecordSpan& span) override {
    auto out = times[kind];
    std::erase_if(out, [&](const RecordTimes& row) {
      return row.start >= span.to || row.end <= span.from ||
             (span.location && *span.location != row.location);
    });
    return out;
  }
  Result<std::vector<Record>> appointments_between(InstitutionId, const RecordSpan& span) override {
    spans.push_back(span);
    return at_that_time;
  }

  std::vector<Record> rows;
  std::map<ResourceKind, std::vector<RecordTimes>> times;
  std::map<std::pair<ResourceKind, ForeignKey>, ResourceId> keys;
  std::int64_t counted = 0;
  bool has_previous = false;
  bool has_next = false;
  std::vector<RecordQuery> queries;
  std::vector<RecordSpan> spans;
  std::vector<Record> at_that_time;
};

// Accepts, and says of a first attempt what a test wants said.
class MemoryWriteDesk final : public WriteDesk {
 public:
  explicit MemoryWriteDesk(const Clock& clock) : clock_(clock) {}
  bool takes(SourceId, ResourceKind, WriteAction) const override { return !untaken.contains(""); }
  bool takes(SourceId, ResourceKind, WriteAction, std::string_view path) const override {
    return !untaken.contains(std::string(path));
  }
  bool needs(SourceId, ResourceKind, WriteAction, std::string_view path) const override {
    return path == needed;
  }
  Light light(SourceId) const override { return light_now; }
  Result<RecordWrite> accept(NewWrite write) override {
    RecordWrite out{.id = {std::ssize(accepted) + 1},
                    .institution = write.institution,
                    .source = write.source,
                    .location = write.location,
                    .kind = write.kind,
                    .action = write.action,
                    .resource = write.action == WriteAction::kCreate
                                    ? ResourceId{500 + std::ssize(accepted)}
                                    : write.resource,
                    .order = write.order,
                    .created_at = clock_.now(),
                    .expires_at = write.expires_at,
                    .updated_at = clock_.now()};
    accepted.push_back(std::move(write));
    rows.insert(rows.begin(), out);
    return out;
  }
  void accept(NewWrite write, std::function<void(Result<RecordWrite>)> done) override {
    auto made = *accept(std::move(write));
    made.state = first_attempt;
    made.fault = fault;
    done(std::move(made));
  }
  Result<Page<RecordWrite, WriteId>> writes(const WriteQuery& query) override {
    queries.push_back(query);
    return Page<RecordWrite, WriteId>{rows, {}};
  }

  std::set<std::string> untaken;
  std::string needed;
  Light light_now = Light::kGreen;
  WriteState first_attempt = WriteState::kComplete;
  WriteFault fault = WriteFault::kNone;
  std::vector<NewWrite> accepted;
  std::vector<RecordWrite> rows;
  std::vector<WriteQuery> queries;

 private:
  const Clock& clock_;
};

class MemoryFiles final : public FileBook {
 public:
  Result<std::optional<StoredFile>> file(const std::vector<InstitutionId>& institutions,
                                         std::string_view name) override {
    const auto found = files.find(std::string(name));
    if (found == files.end()) return std::optional<StoredFile>();
    const bool seen =
        std::ranges::find(institutions, found->second.institution) != institutions.end();
    return seen ? std::optional(found->second) : std::nullopt;
  }

  std::map<std::string, StoredFile> files;
};

class SetHealth final : public HealthSource {
 public:
  EndpointStats stats(EndpointId) const override { return value; }
  Activity activity(InstitutionId) const override { return activity_value; }
  EndpointStats value;
  Activity activity_value;
};

class ScriptedTests final : public TestSender {
 public:
  void send(EndpointId endpoint, NewEvent event,
            std::function<void(Result<Outcome>)> done) override {
    sent.emplace_back(endpoint, std::move(event));
    waiting.push_back(std::move(done));
  }
  std::vector<std::pair<EndpointId, NewEvent>> sent;
  std::vector<std::function<void(Result<Outcome>)>> waiting;
};

}  // namespace chartbell
