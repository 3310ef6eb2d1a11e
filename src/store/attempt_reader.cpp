#include "store/attempt_reader.h"

#include <algorithm>
#include <tuple>

#include "store/attempt_block.h"
#include "store/rows.h"

namespace chartbell {
namespace {

// An attempt may be so much later than the block that it stands in.
constexpr std::int64_t kBlockSpanMs = 120'000;
constexpr std::int64_t kFailuresOfOneMax = 50;
constexpr std::int64_t kFarFuture = INT64_MAX / 2;
// A failure's row costs as much as so many attempts of a block.
constexpr std::size_t kRowCost = 20;
constexpr std::size_t kLookMax = 100'000;

bool is_among(const std::vector<InstitutionId>& institutions, InstitutionId id) {
  return std::ranges::find(institutions, id) != institutions.end();
}

bool in_time(const AttemptQuery& query, WallTime at) {
  return (!query.since || at >= *query.since) && (!query.until || at < *query.until);
}

AttemptPosition start_of(const AttemptQuery& query) {
  if (query.after) return *query.after;
  return {.at_ms = query.until ? to_ms(*query.until) - 1 : kFarFuture, .block = INT64_MAX};
}

}  // namespace

void sort_by_time(std::vector<Attempt>& attempts) {
  std::ranges::sort(attempts, std::greater(),
                    [](const Attempt& one) { return std::tuple(one.at, one.key, one.number); });
}

// Both statements stand on their next row.
struct AttemptReader::Merge {
  const AttemptQuery& query;
  AttemptPosition position;
  SqliteStatement failures;
  SqliteStatement blocks;
  std::optional<Attempt> failure{};
  std::optional<Block> block{};
  std::vector<Attempt> out{};

  bool full() const { return out.size() >= query.limit; }
};

Result<std::optional<AttemptReader::Block>> AttemptReader::next_block(SqliteStatement& select) {
  TRY(const bool found, select.step());
  if (!found) return std::optional<Block>();
  Block out{.id = select.integer(0), .at_ms = select.integer(1)};
  TRY(out.attempts, unpack_delivered(from_ms(out.at_ms), select.blob(2)));
  attempts_left_ -= std::min(attempts_left_, out.attempts.size() + 1);
  return std::optional(std::move(out));
}

Result<std::optional<Attempt>> AttemptReader::next_failure(SqliteStatement& select,
                                                           EndpointId endpoint) {
  TRY(const bool found, select.step());
  if (!found) return std::optional<Attempt>();
  attempts_left_ -= std::min(attempts_left_, kRowCost);
  Attempt out{.key = {{select.integer(0)}, endpoint, {select.integer(1)}},
              .subscription = {select.integer(4)},
              .number = static_cast<int>(select.integer(3)),
              .at = from_ms(select.integer(2)),
              .outcome = {.result = static_cast<OutcomeClass>(select.integer(5)),
                          .status = static_cast<int>(select.integer(6)),
                          .latency = Microseconds(select.integer(7))}};
  if (select.is_null(8)) return std::optional(std::move(out));
  TRY(out.outcome.excerpt,
      sealer_.open(out.key.institution, attempt_record(out.key, out.at), select.blob(8)));
  return std::optional(std::move(out));
}

Result<bool> AttemptReader::stands(const Attempt& attempt, DeliveryState state) {
  auto select =
      state == DeliveryState::kDead
          ? db_.prepare("SELECT 1 FROM dead_letter WHERE endpoint=? AND institution=? AND seq=?")
          : db_.prepare("SELECT 1 FROM retry WHERE endpoint=? AND institution=? AND seq=?");
  const auto& key = attempt.key;
  return select.bind(key.endpoint.value).bind(key.institution.value).bind(key.seq.value).step();
}

Result<void> AttemptReader::take_failure(Merge& merge) {
  const auto& attempt = *merge.failure;
  merge.position = {.at_ms = to_ms(attempt.at),
                    .institution = attempt.key.institution.value,
                    .seq = attempt.key.seq.value};
  bool wanted = in_time(merge.query, attempt.at) &&
                is_among(merge.query.institutions, attempt.key.institution);
  if (wanted && merge.query.state) {
    TRY(wanted, stands(attempt, *merge.query.state));
  }
  if (wanted) merge.out.push_back(attempt);
  TRY(merge.failure, next_failure(merge.failures, merge.query.endpoint));
  return {};
}

Result<void> AttemptReader::take_block(Merge& merge) {
  auto& [id, at_ms, attempts] = *merge.block;
  std::erase_if(attempts, [&](const Attempt& attempt) {
    return attempt.key.endpoint != merge.query.endpoint || !in_time(merge.query, attempt.at) ||
           !is_among(merge.query.institutions, attempt.key.institution);
  });
  sort_by_time(attempts);
  const bool goes_on = merge.position.at_ms == at_ms && merge.position.block == id;
  auto taken = goes_on ? static_cast<std::size_t>(merge.position.taken) : 0;
  for (; taken < attempts.size() && !merge.full(); ++taken) merge.out.push_back(attempts[taken]);
  merge.position = {.at_ms = at_ms, .block = id, .taken = static_cast<std::int64_t>(taken)};
  if (taken < attempts.size()) return {};  // it stays, and the page is full
  merge.position.taken = INT64_MAX;
  TRY(merge.block, next_block(merge.blocks));
  return {};
}

Result<Page<Attempt, AttemptPosition>> AttemptReader::page(const AttemptQuery& query) {
  attempts_left_ = kLookMax;
  const auto start = start_of(query);
  const auto since = query.since ? to_ms(*query.since) : 0;
  const bool behind_block = start.block != 0;
  Merge merge{
      .query = query,
      .position = start,
      .failures = db_.prepare(
          "SELECT institution, seq, at_ms, number, subscription, outcome, status, latency_us, "
          "sealed_excerpt FROM failed_attempt WHERE endpoint=? AND (at_ms,institution,seq)<(?,?,?) "
          "AND at_ms>=? ORDER BY at_ms DESC, institution DESC, seq DESC"),
      .blocks = db_.prepare("SELECT id, at_ms, packed FROM attempt_block WHERE (at_ms,id)<=(?,?) "
                            "AND at_ms>=? ORDER BY at_ms DESC, id DESC")};
  // At the same time blocks come first, then failures.
  merge.failures.bind(query.endpoint.value)
      .bind(start.at_ms)
      .bind(behind_block ? INT64_MAX : start.institution)
      .bind(behind_block ? INT64_MAX : start.seq)
      .bind(since);
  merge.blocks.bind(start.at_ms)
      .bind(start.taken == INT64_MAX ? start.block - 1 : start.block)
      .bind(since - kBlockSpanMs);
  if (query.state != DeliveryState::kDelivered) {
    TRY(merge.failure, next_failure(merge.failures, query.endpoint));
  }
  if (!query.failures_only && (!query.state || query.state == DeliveryState::kDelivered)) {
    TRY(merge.block, next_block(merge.blocks));
  }
  // Always one step, so that whoever goes on gets on.
  for (bool first = true; merge.failure || merge.block; first = false) {
    if (merge.full() || (attempts_left_ == 0 && !first)) break;
    const bool block_first =
        merge.block && (!merge.failure || merge.block->at_ms >= to_ms(merge.failure->at));
    TRY_DO(block_first ? take_block(merge) : take_failure(merge));
  }
  sort_by_time(merge.out);
  Page<Attempt, AttemptPosition> out{.rows = std::move(merge.out)};
  if (merge.failure || merge.block) out.next = merge.position;
  return out;
}

Result<std::vector<Attempt>> AttemptReader::failures(const DeliveryKey& key) {
  auto select = db_.prepare(
      "SELECT institution, seq, at_ms, number, subscription, outcome, status, latency_us, "
      "sealed_excerpt FROM failed_attempt WHERE institution=? AND endpoint=? AND seq=? "
      "ORDER BY at_ms DESC LIMIT ?");
  select.bind(key.institution.value)
      .bind(key.endpoint.value)
      .bind(key.seq.value)
      .bind(kFailuresOfOneMax);
  std::vector<Attempt> out;
  while (true) {
    TRY(auto attempt, next_failure(select, key.endpoint));
    if (!attempt) return out;
    out.push_back(*std::move(attempt));
  }
}

Result<std::vector<Attempt>> AttemptReader::successes(InstitutionId institution, EventSeq seq,
                                                      const std::set<EndpointId>& endpoints,
                                                      WallTime from) {
  auto select =
      db_.prepare("SELECT id, at_ms, packed FROM attempt_block WHERE at_ms>=? ORDER BY at_ms, id");
  select.bind(to_ms(from) - kBlockSpanMs);
  attempts_left_ = kLookMax;
  std::vector<Attempt> out;
  std::set<EndpointId> missing = endpoints;
  while (!missing.empty() && attempts_left_ > 0) {
    TRY(auto block, next_block(select));
    if (!block) break;
    for (auto& attempt : block->attempts) {
      const auto& key = attempt.key;
      if (key.institution != institution || key.seq != seq || !endpoints.contains(key.endpoint))
        continue;
      missing.erase(key.endpoint);
      out.push_back(std::move(attempt));
    }
  }
  return out;
}

}  // namespace chartbell
