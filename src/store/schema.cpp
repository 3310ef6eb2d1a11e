#include "store/schema.h"

#include <string>

namespace chartbell {
namespace {

// Times are milliseconds since 1970, UTC. Columns named sealed_* hold what store/sealer.h makes.
// Every key starts with the institution, except where a row belongs to none, and in what is read by
// the endpoint: its retries lie in the order of their due times.
constexpr const char* kMigrations[] = {
    R"sql(
CREATE TABLE setting(name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE data_key(institution INTEGER PRIMARY KEY, sealed_key BLOB NOT NULL);

CREATE TABLE institution(
  id INTEGER PRIMARY KEY, subdomain TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
  created_ms INTEGER NOT NULL);
CREATE TABLE location(
  id INTEGER PRIMARY KEY, institution INTEGER NOT NULL, foreign_id TEXT NOT NULL,
  name TEXT NOT NULL, timezone TEXT NOT NULL, created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL, UNIQUE(institution, foreign_id, name));
CREATE TABLE source(
  id INTEGER PRIMARY KEY, institution INTEGER NOT NULL, name TEXT NOT NULL,
  created_ms INTEGER NOT NULL, UNIQUE(institution, name));

CREATE TABLE account(
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, key_hash BLOB NOT NULL UNIQUE,
  institutions TEXT NOT NULL, created_ms INTEGER NOT NULL, revoked_ms INTEGER);
CREATE TABLE endpoint(
  id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL, target_url TEXT NOT NULL,
  sealed_secret BLOB NOT NULL, active INTEGER NOT NULL, failing_since_ms INTEGER,
  created_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL);
CREATE INDEX endpoint_account ON endpoint(account);
CREATE TABLE subscription(
  id INTEGER PRIMARY KEY AUTOINCREMENT, endpoint INTEGER NOT NULL, institution INTEGER NOT NULL,
  event TEXT NOT NULL, active INTEGER NOT NULL, from_seq INTEGER NOT NULL,
  created_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL, UNIQUE(endpoint, institution, event));

-- What detection compares: small, in the order in which sources are read.
CREATE TABLE resource(
  institution INTEGER NOT NULL, source INTEGER NOT NULL, kind INTEGER NOT NULL, key NOT NULL,
  id INTEGER NOT NULL, presence INTEGER NOT NULL, digest BLOB, created_ms INTEGER NOT NULL,
  PRIMARY KEY(institution, source, kind, key)) WITHOUT ROWID;
-- The resources themselves.
CREATE TABLE state(
  institution INTEGER NOT NULL, id INTEGER NOT NULL, source INTEGER NOT NULL,
  kind INTEGER NOT NULL, key NOT NULL, location INTEGER NOT NULL, updated_ms INTEGER NOT NULL,
  sealed_document BLOB, PRIMARY KEY(institution, id)) WITHOUT ROWID;
CREATE TABLE pass(
  institution INTEGER NOT NULL, source INTEGER NOT NULL, kind INTEGER NOT NULL,
  baseline_done INTEGER NOT NULL, version TEXT NOT NULL,
  PRIMARY KEY(institution, source, kind)) WITHOUT ROWID;
CREATE TABLE sync_status(
  institution INTEGER NOT NULL, source INTEGER NOT NULL, read_green INTEGER NOT NULL,
  read_ms INTEGER, write_green INTEGER NOT NULL, write_ms INTEGER,
  PRIMARY KEY(institution, source)) WITHOUT ROWID;

CREATE TABLE event(
  institution INTEGER NOT NULL, seq INTEGER NOT NULL, event_name TEXT NOT NULL,
  resource INTEGER NOT NULL, location INTEGER NOT NULL, time_ms INTEGER NOT NULL,
  splice_at INTEGER NOT NULL, sealed_body BLOB NOT NULL,
  PRIMARY KEY(institution, seq)) WITHOUT ROWID;

CREATE TABLE lane(
  institution INTEGER NOT NULL, endpoint INTEGER NOT NULL, cursor INTEGER NOT NULL,
  beyond BLOB NOT NULL, PRIMARY KEY(institution, endpoint)) WITHOUT ROWID;
CREATE TABLE retry(
  due_ms INTEGER NOT NULL, institution INTEGER NOT NULL, endpoint INTEGER NOT NULL,
  seq INTEGER NOT NULL, attempts INTEGER NOT NULL, first_ms INTEGER NOT NULL,
  PRIMARY KEY(due_ms, institution, endpoint, seq)) WITHOUT ROWID;
-- Successes by the block, failures by the row.
CREATE TABLE attempt_block(
  id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, attempts INTEGER NOT NULL, packed BLOB NOT NULL);
CREATE TABLE failed_attempt(
  institution INTEGER NOT NULL, endpoint INTEGER NOT NULL, seq INTEGER NOT NULL,
  at_ms INTEGER NOT NULL, number INTEGER NOT NULL, subscription INTEGER NOT NULL,
  outcome INTEGER NOT NULL, status INTEGER NOT NULL, latency_us INTEGER NOT NULL,
  sealed_excerpt BLOB, PRIMARY KEY(institution, endpoint, seq, at_ms)) WITHOUT ROWID;
)sql",
    R"sql(
ALTER TABLE endpoint ADD COLUMN warned INTEGER NOT NULL DEFAULT 0;
ALTER TABLE endpoint ADD COLUMN disabled_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE endpoint ADD COLUMN sealed_options BLOB;
-- `event` holds a topic: 'appointment_created', 'Appointment/*' or '*/*'.
ALTER TABLE subscription ADD COLUMN ordered INTEGER NOT NULL DEFAULT 0;
ALTER TABLE subscription ADD COLUMN locations TEXT NOT NULL DEFAULT '';
ALTER TABLE subscription ADD COLUMN notify_red INTEGER NOT NULL DEFAULT 0;

-- resource: not 0 where later events of that resource wait for this one.
CREATE TABLE due(
  endpoint INTEGER NOT NULL, due_ms INTEGER NOT NULL, institution INTEGER NOT NULL,
  seq INTEGER NOT NULL, attempts INTEGER NOT NULL, first_ms INTEGER NOT NULL,
  resource INTEGER NOT NULL, PRIMARY KEY(endpoint, due_ms, institution, seq)) WITHOUT ROWID;
INSERT INTO due SELECT endpoint, due_ms, institution, seq, attempts, first_ms, 0 FROM retry;
DROP TABLE retry;
ALTER TABLE due RENAME TO retry;
-- Ordered subscriptions: the failing event of a resource, and those that wait behind it.
CREATE TABLE held(
  endpoint INTEGER NOT NULL, institution INTEGER NOT NULL, resource INTEGER NOT NULL,
  seq INTEGER NOT NULL, PRIMARY KEY(endpoint, institution, resource, seq)) WITHOUT ROWID;
-- Deliveries whose last attempt failed.
CREATE TABLE dead_letter(
  endpoint INTEGER NOT NULL, institution INTEGER NOT NULL, seq INTEGER NOT NULL,
  at_ms INTEGER NOT NULL, attempts INTEGER NOT NULL,
  PRIMARY KEY(endpoint, institution, seq)) WITHOUT ROWID;
-- A part of a log sent to an endpoint once more: a lane with an end.
CREATE TABLE replay(
  id INTEGER PRIMARY KEY AUTOINCREMENT, endpoint INTEGER NOT NULL, institution INTEGER NOT NULL,
  from_seq INTEGER NOT NULL, to_seq INTEGER NOT NULL, topic TEXT NOT NULL,
  undelivered_only INTEGER NOT NULL, cursor INTEGER NOT NULL, beyond BLOB NOT NULL,
  sent INTEGER NOT NULL, failed INTEGER NOT NULL, created_ms INTEGER NOT NULL, done_ms INTEGER,
  cancelled INTEGER NOT NULL DEFAULT 0);
CREATE INDEX replay_endpoint ON replay(endpoint);
CREATE INDEX replay_open ON replay(id) WHERE done_ms IS NULL;
CREATE INDEX event_resource ON event(institution, resource, seq) WHERE resource<>0;
CREATE INDEX attempt_block_at ON attempt_block(at_ms);
CREATE INDEX failed_attempt_endpoint ON failed_attempt(endpoint, at_ms, institution, seq);
CREATE INDEX retry_event ON retry(endpoint, institution, seq);
)sql",
    R"sql(
-- How far a source's capture is: written in the commit that holds what came before it.
CREATE TABLE capture(
  institution INTEGER NOT NULL, source INTEGER NOT NULL, position TEXT NOT NULL,
  PRIMARY KEY(institution, source)) WITHOUT ROWID;

-- By resource within a block of the log: an index over all of it would write to a page of its own
-- for each event, and a log of ten million events would halve the rate of deliveries.
DROP INDEX event_resource;
CREATE INDEX event_in_block ON event(institution, seq>>13, resource, seq) WHERE resource<>0;
)sql",
    R"sql(
-- What is to be written into record systems. sealed_order goes when a write has ended.
-- A resource that is accepted and not written yet has a `state` whose key is an empty blob.
CREATE TABLE record_write(
  id INTEGER PRIMARY KEY, institution INTEGER NOT NULL, source INTEGER NOT NULL,
  location INTEGER NOT NULL, kind INTEGER NOT NULL, action INTEGER NOT NULL,
  resource INTEGER NOT NULL, created_ms INTEGER NOT NULL, expires_ms INTEGER,
  state INTEGER NOT NULL, attempts INTEGER NOT NULL, updated_ms INTEGER NOT NULL, due_ms INTEGER,
  unsure_ms INTEGER, fault INTEGER NOT NULL, key, sealed_order BLOB);
CREATE INDEX record_write_open ON record_write(institution, source, id) WHERE state<3;
CREATE INDEX record_write_resource ON record_write(resource, id);
CREATE INDEX record_write_state ON record_write(institution, state, id);
)sql",
    R"sql(
-- What a key may do, how long, how often. The defaults are what every key could until now.
ALTER TABLE account ADD COLUMN scopes TEXT NOT NULL DEFAULT 'read,write,webhooks,operate';
ALTER TABLE account ADD COLUMN expires_ms INTEGER;
ALTER TABLE account ADD COLUMN second_max INTEGER NOT NULL DEFAULT 100;
ALTER TABLE account ADD COLUMN records_minute_max INTEGER NOT NULL DEFAULT 1000;
ALTER TABLE account ADD COLUMN minute_max INTEGER NOT NULL DEFAULT 2000;
ALTER TABLE account ADD COLUMN generation INTEGER NOT NULL DEFAULT 1;
-- Tokens that were revoked before they expired.
CREATE TABLE revoked_token(
  id TEXT PRIMARY KEY, account INTEGER NOT NULL, expires_ms INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX revoked_token_account ON revoked_token(account, expires_ms);
)sql",
    R"sql(
-- What lists ask of a state: ids, times and flags, in clear. 0 stands for "none" of an id.
CREATE TABLE record(
  institution INTEGER NOT NULL, kind INTEGER NOT NULL, id INTEGER NOT NULL,
  source INTEGER NOT NULL, location INTEGER NOT NULL, created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL, flags INTEGER NOT NULL, start_ms INTEGER, end_ms INTEGER,
  patient INTEGER NOT NULL, provider INTEGER NOT NULL, operatory INTEGER NOT NULL,
  appointment INTEGER NOT NULL, appointment_type INTEGER NOT NULL, words BLOB,
  PRIMARY KEY(institution, kind, id)) WITHOUT ROWID;
CREATE INDEX record_updated ON record(institution, kind, updated_ms, id);
-- Has all that a calendar's filters look at, so that they need not go to the rows.
CREATE INDEX record_start ON record(
  institution, kind, location, start_ms, id, end_ms, updated_ms, flags, patient, provider,
  operatory, appointment, appointment_type) WHERE start_ms IS NOT NULL;
-- Longer than a day: what overlaps a span has begun within the day before it, or is here.
CREATE INDEX record_long ON record(institution, kind, location, start_ms, id)
  WHERE start_ms IS NOT NULL AND end_ms-start_ms>86400000;
CREATE INDEX record_patient ON record(institution, patient, kind, id) WHERE patient<>0;
CREATE INDEX record_appointment ON record(institution, appointment, kind, id)
  WHERE appointment<>0;
CREATE INDEX record_provider ON record(institution, provider, kind, id) WHERE kind=3;
-- Names, addresses and numbers of patients as keyed hashes.
CREATE TABLE record_word(
  institution INTEGER NOT NULL, word INTEGER NOT NULL, id INTEGER NOT NULL,
  PRIMARY KEY(institution, word, id)) WITHOUT ROWID;
)sql",
    R"sql(
)sql",
    R"sql(
-- Which revision of a pushed resource is stored, and a digest of what came with it.
CREATE TABLE revision(
  institution INTEGER NOT NULL, source INTEGER NOT NULL, kind INTEGER NOT NULL, key NOT NULL,
  revision INTEGER NOT NULL, digest BLOB NOT NULL,
  PRIMARY KEY(institution, source, kind, key)) WITHOUT ROWID;
-- Appointments of locations without a record system, and what the practice has decided.
CREATE TABLE booking(
  institution INTEGER NOT NULL, appointment INTEGER NOT NULL, source INTEGER NOT NULL,
  location INTEGER NOT NULL, status INTEGER NOT NULL, requested_ms INTEGER NOT NULL,
  decided_ms INTEGER, PRIMARY KEY(institution, appointment)) WITHOUT ROWID;
CREATE INDEX booking_status ON booking(institution, status, appointment);
CREATE INDEX booking_place ON booking(institution, location, status, appointment);
)sql",
    R"sql(
-- The bytes of patients' documents; resource is the document's. name_hash: SHA-256 of the name in
-- its URL.
CREATE TABLE document(
  institution INTEGER NOT NULL, resource INTEGER NOT NULL, type INTEGER NOT NULL,
  name_hash BLOB NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY(institution, resource));
CREATE UNIQUE INDEX document_name ON document(name_hash);
)sql",
    R"sql(
-- Versions of forms' templates: what a practice asks, without patient data.
CREATE TABLE form_version(
  id INTEGER PRIMARY KEY, institution INTEGER NOT NULL, name TEXT NOT NULL,
  version INTEGER NOT NULL, active INTEGER NOT NULL, created_ms INTEGER NOT NULL,
  text TEXT NOT NULL);
CREATE UNIQUE INDEX form_version_name ON form_version(institution, name, version);
CREATE INDEX form_version_list ON form_version(institution, id);
-- Who was asked. name: the id on the wire. link_hash: SHA-256 of the token in the link.
CREATE TABLE form_request(
  id INTEGER PRIMARY KEY, institution INTEGER NOT NULL, name TEXT NOT NULL,
  link_hash BLOB NOT NULL, form INTEGER NOT NULL, patient INTEGER NOT NULL,
  source INTEGER NOT NULL, location INTEGER NOT NULL, appointment INTEGER, language TEXT NOT NULL,
  status INTEGER NOT NULL, created_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL,
  ended_ms INTEGER, wrong_dates INTEGER NOT NULL, wrong_ms INTEGER, sealed_draft BLOB);
CREATE UNIQUE INDEX form_request_name ON form_request(name);
CREATE UNIQUE INDEX form_request_link ON form_request(link_hash);
CREATE INDEX form_request_list ON form_request(institution, id);
CREATE INDEX form_request_status ON form_request(institution, status, id);
CREATE INDEX form_request_patient ON form_request(institution, patient, id);
-- What patients have answered; sealed: the document's URL and the answers.
CREATE TABLE form_response(
  id INTEGER PRIMARY KEY, institution INTEGER NOT NULL, request TEXT NOT NULL,
  form INTEGER NOT NULL, patient INTEGER NOT NULL, location INTEGER NOT NULL,
  appointment INTEGER, document INTEGER NOT NULL, language TEXT NOT NULL,
  status INTEGER NOT NULL, fault INTEGER NOT NULL, created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL, sealed BLOB NOT NULL);
CREATE UNIQUE INDEX form_response_document ON form_response(institution, document);
CREATE UNIQUE INDEX form_response_request ON form_response(request);
CREATE INDEX form_response_list ON form_response(institution, id);
CREATE INDEX form_response_status ON form_response(institution, status, id);
CREATE INDEX form_response_patient ON form_response(institution, patient, id);
)sql",
    R"sql(
-- People who sign in. factor_on: whether sealed_factor, a secret of one-time codes, is confirmed.
CREATE TABLE user(
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, display_name TEXT NOT NULL,
  role INTEGER NOT NULL, created_ms INTEGER NOT NULL, disabled_ms INTEGER,
  generation INTEGER NOT NULL, sealed_password BLOB NOT NULL, sealed_factor BLOB,
  factor_on INTEGER NOT NULL DEFAULT 0, last_step INTEGER NOT NULL DEFAULT 0);
CREATE TABLE recovery_code(
  user INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY(user, hash)) WITHOUT ROWID;
-- id_hash: SHA-256 of what is in the browser's cookie.
CREATE TABLE user_session(
  id_hash BLOB PRIMARY KEY, user INTEGER NOT NULL, state INTEGER NOT NULL,
  created_ms INTEGER NOT NULL, seen_ms INTEGER NOT NULL, generation INTEGER NOT NULL,
  wrong_codes INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX user_session_user ON user_session(user, created_ms);
CREATE INDEX user_session_age ON user_session(created_ms);
-- What people did; rows are only ever added.
CREATE TABLE audit(
  id INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, user INTEGER NOT NULL,
  who TEXT NOT NULL, act TEXT NOT NULL, about TEXT NOT NULL, detail TEXT NOT NULL);
CREATE INDEX audit_user ON audit(user, id);
CREATE INDEX audit_act ON audit(act, id);
CREATE INDEX audit_at ON audit(at_ms);
)sql",
};

}  // namespace

Result<void> migrate(SqliteDb& db) {
  constexpr auto kVersions = static_cast<std::int64_t>(std::size(kMigrations));
  TRY(const auto found, db.integer("PRAGMA user_version"));
  const std::int64_t version = found.value_or(0);
  if (version > kVersions)
    return failure(Code::kConfig, "the store was written by a later version of Chartbell (schema " +
                                      std::to_string(version) + "; this one knows " +
                                      std::to_string(kVersions) + ")");
  for (auto step = version; step < kVersions; ++step) {
    const std::string sql = std::string("BEGIN IMMEDIATE;") + kMigrations[step] +
                            "PRAGMA user_version=" + std::to_string(step + 1) + ";COMMIT;";
    TRY_DO(db.execute(sql.c_str()));
  }
  return {};
}

}  // namespace chartbell
