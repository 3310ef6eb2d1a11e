#include "store/account_store.h"

#include <algorithm>

#include "store/endpoint_options.h"
#include "store/rows.h"

namespace chartbell {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : ",") + word;
  return out;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    out.emplace_back(word);
  }
  return out;
}

#define CHARTBELL_SELECT_ACCOUNT                                                            \
  "SELECT id, name, institutions, created_ms, revoked_ms, scopes, expires_ms, second_max, " \
  "records_minute_max, minute_max, generation FROM account "
constexpr const char* kAllAccounts = CHARTBELL_SELECT_ACCOUNT "ORDER BY id";
constexpr const char* kGoodAccountByKey = CHARTBELL_SELECT_ACCOUNT
    "WHERE key_hash=? AND revoked_ms IS NULL AND (expires_ms IS NULL OR expires_ms>?)";
constexpr const char* kGoodAccountById = CHARTBELL_SELECT_ACCOUNT
    "WHERE id=? AND revoked_ms IS NULL AND (expires_ms IS NULL OR expires_ms>?)";
#undef CHARTBELL_SELECT_ACCOUNT

Account read_account(const SqliteStatement& row) {
  Account out{.id = {row.integer(0)},
              .name = row.text(1),
              .institutions = split(row.text(2)),
              .created_at = from_ms(row.integer(3)),
              .scopes = Scopes::of_text(row.text(5)),
              .limits = {.per_second = static_cast<int>(row.integer(7)),
                         .records_per_minute = static_cast<int>(row.integer(8)),
                         .per_minute = static_cast<int>(row.integer(9))},
              .generation = row.integer(10)};
  if (const auto revoked = row.maybe_integer(4)) out.revoked_at = from_ms(*revoked);
  if (const auto expires = row.maybe_integer(6)) out.expires_at = from_ms(*expires);
  return out;
}

Result<std::optional<Account>> one_account(SqliteStatement& select) {
  TRY(const bool row, select.step());
  return row ? std::optional(read_account(select)) : std::nullopt;
}

// Another key than before opens the account again, and makes what came of the old one worthless.
Result<void> put_key(SqliteDb& db, const std::string& name, const std::string& key_hash,
                     const std::string& institutions, std::int64_t now) {
  return db
      .prepare(
          "INSERT INTO account(name,key_hash,institutions,created_ms) VALUES (?,?,?,?) "
          "ON CONFLICT(name) DO UPDATE SET institutions=excluded.institutions, "
          "revoked_ms=iif(key_hash=excluded.key_hash, revoked_ms, NULL), "
          "generation=generation+(key_hash<>excluded.key_hash), key_hash=excluded.key_hash")
      .bind(name)
      .bind_blob(key_hash)
      .bind(institutions)
      .bind(now)
      .run();
}

Result<void> put_terms(SqliteDb& db, const std::string& name, const KeyTerms& terms) {
  const auto scopes = terms.scopes.text();
  const auto expires =
      terms.expires_at ? std::optional(to_ms(*terms.expires_at)) : std::optional<std::int64_t>();
  return db
      .prepare(
          "UPDATE account SET scopes=?, expires_ms=?, second_max=?, records_minute_max=?, "
          "minute_max=? WHERE name=?")
      .bind(scopes)
      .bind(expires)
      .bind(std::int64_t{terms.limits.per_second})
      .bind(std::int64_t{terms.limits.records_per_minute})
      .bind(std::int64_t{terms.limits.per_minute})
      .bind(name)
      .run();
}

// Forgets the tokens that have expired by themselves, and with too many all of them at once.
Result<void> tidy_tokens(SqliteDb& db, AccountId account, std::int64_t now) {
  TRY_DO(db.prepare("DELETE FROM revoked_token WHERE account=? AND expires_ms<=?")
             .bind(account.value)
             .bind(now)
             .run());
  auto count = db.prepare("SELECT count(*) FROM revoked_token WHERE account=?");
  TRY_DO(count.bind(account.value).step());
  if (count.integer(0) <= kRevokedTokensMax) return {};
  TRY_DO(db.prepare("UPDATE account SET generation=generation+1 WHERE id=?")
             .bind(account.value)
             .run());
  return db.prepare("DELETE FROM revoked_token WHERE account=?").bind(account.value).run();
}

std::unexpected<Error> no_endpoint() {
  return failure(Code::kNotFound, "Endpoint not found");
}
std::unexpected<Error> no_subscription() {
  return failure(Code::kNotFound, "Subscription not found");
}

// The id that a SELECT gives; without a row, the id that `insert` makes.
Result<std::int64_t> found_or_inserted(SqliteDb& db, SqliteStatement select,
                                       SqliteStatement insert) {
  TRY(const bool row, select.step());
  if (row) return select.integer(0);
  TRY_DO(insert.run());
  TRY(const auto id, db.integer("SELECT last_insert_rowid()"));
  return *id;
}

// On being turned on again, an endpoint starts with a clean sheet and what it still owes is due,
// with a schedule anew.
Result<void> wake(SqliteDb& db, EndpointId id, std::int64_t now) {
  TRY_DO(db.prepare("UPDATE endpoint SET active=1, failing_since_ms=NULL, warned=0, "
                    "disabled_reason='', updated_ms=? WHERE id=?")
             .bind(now)
             .bind(id.value)
             .run());
  return db.prepare("UPDATE retry SET due_ms=?, attempts=0, first_ms=? WHERE endpoint=?")
      .bind(now)
      .bind(now)
      .bind(id.value)
      .run();
}

Result<RegisteredInstitution> put_institution(SqliteDb& db, const InstitutionSpec& spec,
                                              std::int64_t now) {
  RegisteredInstitution out;
  TRY(out.id.value,
      found_or_inserted(
          db,
          std::move(
              db.prepare("SELECT id FROM institution WHERE subdomain=?").bind(spec.subdomain)),
          std::move(db.prepare("INSERT INTO institution(subdomain,name,created_ms) VALUES (?,?,?)")
                        .bind(spec.subdomain)
                        .bind(spec.name)
                        .bind(now))));
  TRY_DO(db.prepare("UPDATE institution SET name=? WHERE id=?")
             .bind(spec.name)
             .bind(out.id.value)
             .run());
  for (const auto& location : spec.locations) {
    TRY(const auto id,
        found_or_inserted(
            db,
            std::move(db.prepare("SELECT id FROM location WHERE institution=? AND foreign_id=? AND "
                                 "name=?")
                          .bind(out.id.value)
                          .bind(location.foreign_id)
                          .bind(location.name)),
            std::move(db.prepare("INSERT INTO location(institution,foreign_id,name,timezone,"
                                 "created_ms,updated_ms) VALUES (?,?,?,?,?,?)")
                          .bind(out.id.value)
                          .bind(location.foreign_id)
                          .bind(location.name)
                          .bind(location.timezone)
                          .bind(now)
                          .bind(now))));
    TRY_DO(db.prepare("UPDATE location SET timezone=?, updated_ms=? WHERE id=? AND timezone<>?")
               .bind(location.timezone)
               .bind(now)
               .bind(id)
               .bind(location.timezone)
               .run());
    out.locations.push_back({id});
  }
  for (const auto& source : spec.sources) {
    TRY(const auto id,
        found_or_inserted(
            db,
            std::move(db.prepare("SELECT id FROM source WHERE institution=? AND name=?")
                          .bind(out.id.value)
                          .bind(source)),
            std::move(db.prepare("INSERT INTO source(institution,name,created_ms) VALUES (?,?,?)")
                          .bind(out.id.value)
                          .bind(source)
                          .bind(now))));
    out.sources.push_back({id});
  }
  return out;
}

}  // namespace

Result<std::optional<Account>> SqliteAccountStore::account_by_key(std::string_view key_hash) {
  TRY(auto db, core_.reader());
  auto select = db->prepare(kGoodAccountByKey);
  return one_account(select.bind_blob(key_hash).bind(to_ms(core_.clock().now())));
}

Result<std::optional<Account>> SqliteAccountStore::account(AccountId id) {
  TRY(auto db, core_.reader());
  auto select = db->prepare(kGoodAccountById);
  return one_account(select.bind(id.value).bind(to_ms(core_.clock().now())));
}

Result<std::vector<Account>> SqliteAccountStore::accounts() {
  TRY(auto db, core_.reader());
  auto select = db->prepare(kAllAccounts);
  std::vector<Account> out;
  while (true) {
    TRY(const bool row, select.step());
    if (!row) return out;
    out.push_back(read_account(select));
  }
}

Result<AccountId> SqliteAccountStore::put_account(std::string name, std::string key_hash,
                                                  std::vector<std::string> institutions,
                                                  KeyTerms terms) {
  AccountId out;
  TRY_DO(core_.write([&](SqliteDb& db) -> Result<void> {
    TRY_DO(put_key(db, name, key_hash, joined(institutions), to_ms(core_.clock().now())));
    TRY_DO(put_terms(db, name, terms));
    auto select = db.prepare("SELECT id FROM account WHERE name=?");
    TRY_DO(select.bind(name).step());
    out = {select.integer(0)};
    return {};
  }));
  return out;
}

Result<void> SqliteAccountStore::revoke_account(std::string name) {
  return core_.write([&](SqliteDb& db) -> Result<void> {
    TRY_DO(db.prepare("UPDATE account SET revoked_ms=?, generation=generation+1 WHERE name=? "
                      "AND revoked_ms IS NULL")
               .bind(to_ms(core_.clock().now()))
               .bind(name)
               .run());
    if (db.changes() == 0) return failure(Code::kNotFound, "no active key named \"" + name + "\"");
    return {};
  });
}

Result<void> SqliteAccountStore::revoke_token(AccountId account, std::string token_id,
                                              WallTime expires_at) {
  return core_.write([&](SqliteDb& db) -> Result<void> {
    TRY_DO(db.prepare("INSERT OR IGNORE INTO revoked_token(id,account,expires_ms) VALUES (?,?,?)")
               .bind(token_id)
               .bind(account.value)
               .bind(to_ms(expires_at))
               .run());
    return tidy_tokens(db, account, to_ms(core_.clock().now()));
  });
}

Result<bool> SqliteAccountStore::is_token_revoked(std::string_view token_id) {
  TRY(auto db, core_.reader());
  return db->prepare("SELECT 1 FROM revoked_token WHERE id=?").bind(token_id).step();
}

Result<std::vector<Institution>> SqliteAccountStore::institutions() {
  TRY(auto db, core_.reader());
  std::vector<Institution> out;
  auto select = db->prepare("SELECT id, subdomain, name, created_ms FROM institution ORDER BY id");
  while (true) {
    TRY(const bool row, select.step());
    if (!row) break;
    out.push_back({.id = {select.integer(0)},
                   .subdomain = select.text(1),
                   .name = select.text(2),
                   .created_at = from_ms(select.integer(3)),
                   .locations = {}});
  }
  // The details are those of the first source that knows the location by its key. Sources are named
  // so that only their locations are looked at, and not every resource.
  auto locations = db->prepare(
      "SELECT l.id, l.institution, l.name, l.timezone, l.foreign_id, l.created_ms, l.updated_ms, "
      "s.id, s.sealed_document, min(r.source) FROM location l "
      "LEFT JOIN source o ON o.institution=l.institution "
      "LEFT JOIN resource r ON r.institution=l.institution AND r.source=o.id AND r.kind=? "
      "AND CAST(r.key AS TEXT)=l.foreign_id AND r.presence=1 "
      "LEFT JOIN state s ON s.institution=l.institution AND s.id=r.id "
      "GROUP BY l.id ORDER BY l.id");
  locations.bind(static_cast<std::int64_t>(ResourceKind::kLocation));
  while (true) {
    TRY(const bool row, locations.step());
    if (!row) return out;
    Location location{.id = {locations.integer(0)},
                      .institution = {locations.integer(1)},
                      .name = locations.text(2),
                      .timezone = locations.text(3),
                      .foreign_id = locations.text(4),
                      .created_at = from_ms(locations.integer(5)),
                      .updated_at = from_ms(locations.integer(6)),
                      .details = {}};
    if (!locations.is_null(8)) {
      const auto record =
          "state/" + to_string(location.institution) + "/" + std::to_string(locations.integer(7));
      TRY(auto text, core_.sealer().open(location.institution, record, locations.blob(8)));
      location.details = Document(std::move(text));
    }
    const auto owner = std::ranges::find(out, location.institution, &Institution::id);
    if (owner != out.end()) owner->locations.push_back(std::move(location));
  }
}

Result<RegisteredInstitution> SqliteAccountStore::register_institution(InstitutionSpec spec) {
  RegisteredInstitution out;
  TRY_DO(core_.write([&](SqliteDb& db) -> Result<void> {
    TRY(out, put_institution(db, spec, to_ms(core_.clock().now())));
    return {};
  }));
  TRY_DO(core_.ensure_data_key(out.id));
  return out;
}

Result<void> SqliteAccountStore::save_lights(InstitutionId institution, SourceId source,
                                             StoredLights lights) {
  const auto ms = [](const std::optional<WallTime>& time) {
    return time ? std::optional(to_ms(*time)) : std::nullopt;
  };
  return core_.write([&](SqliteDb& db) {
    return db.prepare("INSERT OR REPLACE INTO sync_status VALUES (?,?,?,?,?,?)")
        .bind(institution.value)
        .bind(source.value)
        .bind(std::int64_t{lights.read == Light::kGreen})
        .bind(ms(lights.read_at))
        .bind(std::int64_t{lights.write == Light::kGreen})
        .bind(ms(lights.write_at))
        .run();
  });
}

Result<StoredLights> SqliteAccountStore::lights(InstitutionId institution, SourceId source) {
  TRY(auto db, core_.reader());
  auto select = db->prepare(
      "SELECT read_green, read_ms, write_green, write_ms FROM sync_status "
      "WHERE institution=? AND source=?");
  TRY(const bool row, select.bind(institution.value).bind(source.value).step());
  if (!row) return StoredLights();
  StoredLights out;
  out.read = select.integer(0) != 0 ? Light::kGreen : Light::kRed;
  if (const auto ms = select.maybe_integer(1)) out.read_at = from_ms(*ms);
  out.write = select.integer(2) != 0 ? Light::kGreen : Light::kRed;
  if (const auto ms = select.maybe_integer(3)) out.write_at = from_ms(*ms);
  return out;
}

Result<void> SqliteAccountStore::change_directory(StoreCore::Change change) {
  return core_.write(
      [&](SqliteDb& db) -> Result<void> {
        TRY_DO(change(db));
        directory_version_.begin_change();
        return {};
      },
      [&] { directory_version_.end_change(); });
}

Result<std::vector<Endpoint>> SqliteAccountStore::endpoints(AccountId account) {
  TRY(auto db, core_.reader());
  auto select = db->prepare(kEndpointsOfAccount);
  return read_endpoints(select.bind(account.value), core_.sealer());
}

Result<Endpoint> SqliteAccountStore::endpoint_in(SqliteDb& db, AccountId account, EndpointId id) {
  auto select = db.prepare(kEndpointOfAccount);
  TRY(auto found, read_endpoints(select.bind(account.value).bind(id.value), core_.sealer()));
  if (found.empty()) return no_endpoint();
  return std::move(found.front());
}

Result<Endpoint> SqliteAccountStore::endpoint(AccountId account, EndpointId id) {
  TRY(auto db, core_.reader());
  return endpoint_in(*db, account, id);
}

Result<void> SqliteAccountStore::put_secret(SqliteDb& db, EndpointId id,
                                            std::string_view secret_key) {
  const auto sealed = core_.sealer().seal(kNoInstitution, secret_record(id), secret_key);
  return db.prepare("UPDATE endpoint SET sealed_secret=? WHERE id=?")
      .bind_blob(sealed)
      .bind(id.value)
      .run();
}

Result<void> SqliteAccountStore::put_options(SqliteDb& db, EndpointId id,
                                             const EndpointOptions& options) {
  auto update = db.prepare("UPDATE endpoint SET sealed_options=? WHERE id=?");
  if (options == EndpointOptions()) return update.bind_null().bind(id.value).run();
  const auto sealed =
      core_.sealer().seal(kNoInstitution, options_record(id), options_text(options));
  return update.bind_blob(sealed).bind(id.value).run();
}

Result<Endpoint> SqliteAccountStore::create_endpoint(AccountId account, std::string target_url,
                                                     bool active, std::string secret_key,
                                                     EndpointOptions options) {
  EndpointId id;
  TRY_DO(change_directory([&](SqliteDb& db) -> Result<void> {
    const auto now = to_ms(core_.clock().now());
    TRY_DO(db.prepare("INSERT INTO endpoint(account,target_url,sealed_secret,active,created_ms,"
                      "updated_ms) VALUES (?,?,x'',?,?,?)")
               .bind(account.value)
               .bind(target_url)
               .bind(std::int64_t{active})
               .bind(now)
               .bind(now)
               .run());
    TRY(const auto rowid, db.integer("SELECT last_insert_rowid()"));
    id = {*rowid};
    TRY_DO(put_secret(db, id, secret_key));
    return put_options(db, id, options);
  }));
  return endpoint(account, id);
}

Result<Endpoint> SqliteAccountStore::change_endpoint(AccountId account, EndpointId id,
                                                     EndpointChange change) {
  TRY_DO(endpoint(account, id));
  TRY_DO(change_directory([&](SqliteDb& db) -> Result<void> {
    TRY(auto before, endpoint_in(db, account, id));
    const auto now = to_ms(core_.clock().now());
    const auto url = change.target_url.value_or(before.target_url);
    TRY_DO(db.prepare("UPDATE endpoint SET target_url=?, active=?, updated_ms=? WHERE id=?")
               .bind(url)
               .bind(std::int64_t{change.active.value_or(before.active)})
               .bind(now)
               .bind(id.value)
               .run());
    if (change.options) {
      change.options(before.options);
      TRY_DO(put_options(db, id, before.options));
    }
    if (change.active == true && !before.active) return wake(db, id, now);
    return {};
  }));
  return endpoint(account, id);
}

Result<Endpoint> SqliteAccountStore::rotate_secret(AccountId account, EndpointId id,
                                                   std::string secret_key, WallTime until) {
  TRY_DO(endpoint(account, id));
  TRY_DO(change_directory([&](SqliteDb& db) -> Result<void> {
    TRY(auto before, endpoint_in(db, account, id));
    const auto now = core_.clock().now();
    auto& retired = before.options.retired_secrets;
    retired.push_back({before.secret_key, until});
    std::erase_if(retired, [&](const RetiredSecret& one) { return one.until <= now; });
    if (retired.size() > kRetiredSecretsMax) retired.erase(retired.begin());
    TRY_DO(put_options(db, id, before.options));
    TRY_DO(put_secret(db, id, secret_key));
    return db.prepare("UPDATE endpoint SET updated_ms=? WHERE id=?")
        .bind(to_ms(now))
        .bind(id.value)
        .run();
  }));
  return endpoint(account, id);
}

Result<void> SqliteAccountStore::delete_endpoint(AccountId account, EndpointId id) {
  TRY_DO(endpoint(account, id));
  return change_directory([&](SqliteDb& db) -> Result<void> {
    TRY_DO(db.prepare("DELETE FROM subscription WHERE endpoint=?").bind(id.value).run());
    TRY_DO(db.prepare("DELETE FROM lane WHERE endpoint=?").bind(id.value).run());
    TRY_DO(db.prepare("DELETE FROM retry WHERE endpoint=?").bind(id.value).run());
    TRY_DO(db.prepare("DELETE FROM held WHERE endpoint=?").bind(id.value).run());
    TRY_DO(db.prepare("DELETE FROM dead_letter WHERE endpoint=?").bind(id.value).run());
    TRY_DO(db.prepare("DELETE FROM replay WHERE endpoint=?").bind(id.value).run());
    return db.prepare("DELETE FROM endpoint WHERE id=?").bind(id.value).run();
  });
}

Result<std::vector<Subscription>> SqliteAccountStore::subscriptions(AccountId account,
                                                                    EndpointId endpoint) {
  TRY_DO(this->endpoint(account, endpoint));
  TRY(auto db, core_.reader());
  auto select = db->prepare(kSubscriptionsOfEndpoint);
  return read_subscriptions(select.bind(endpoint.value));
}

Result<Subscription> SqliteAccountStore::subscription_of(AccountId account, EndpointId endpoint,
                                                         SubscriptionId id) {
  TRY(const auto all, subscriptions(account, endpoint));
  const auto found = std::ranges::find(all, id, &Subscription::id);
  if (found == all.end()) return no_subscription();
  return *found;
}

Result<Subscription> SqliteAccountStore::create_subscription(AccountId account, EndpointId endpoint,
                                                             InstitutionId institution,
                                                             const Topic& topic, bool active,
                                                             SubscriptionOptions options) {
  TRY_DO(this->endpoint(account, endpoint));
  SubscriptionId id;
  const auto topic_text = topic.text();
  const auto locations = locations_text(options.locations);
  TRY_DO(change_directory([&](SqliteDb& db) -> Result<void> {
    const auto now = to_ms(core_.clock().now());
    TRY(id.value,
        found_or_inserted(
            db,
            std::move(db.prepare("SELECT id FROM subscription WHERE endpoint=? AND institution=? "
                                 "AND event=?")
                          .bind(endpoint.value)
                          .bind(institution.value)
                          .bind(topic_text)),
            std::move(db.prepare("INSERT INTO subscription(endpoint,institution,event,active,"
                                 "from_seq,created_ms,updated_ms,ordered,locations,notify_red) "
                                 "VALUES (?,?,?,?,?,?,?,?,?,?)")
                          .bind(endpoint.value)
                          .bind(institution.value)
                          .bind(topic_text)
                          .bind(std::int64_t{active})
                          .bind(log_.head(institution).value)
                          .bind(now)
                          .bind(now)
                          .bind(std::int64_t{options.ordering == Ordering::kResource})
                          .bind(locations)
                          .bind(std::int64_t{options.notify_red}))));
    return {};
  }));
  return subscription_of(account, endpoint, id);
}

Result<Subscription> SqliteAccountStore::change_subscription(AccountId account, EndpointId endpoint,
                                                             SubscriptionId id,
                                                             SubscriptionChange change) {
  TRY(const auto before, subscription_of(account, endpoint, id));
  const auto target = change.endpoint.value_or(endpoint);
  TRY(const auto target_endpoint, this->endpoint(account, target));
  const bool turned_on = change.active == true && !before.active;
  const auto locations = locations_text(change.locations.value_or(before.locations));
  const bool ordered = change.ordering.value_or(before.ordering) == Ordering::kResource;
  auto changed = change_directory([&](SqliteDb& db) -> Result<void> {
    const auto now = to_ms(core_.clock().now());
    // What passed while the subscription was off, or went to the other endpoint, is not owed here.
    const bool starts_anew = turned_on || target != endpoint;
    TRY_DO(db.prepare("UPDATE subscription SET endpoint=?, active=?, from_seq=?, updated_ms=?, "
                      "ordered=?, locations=?, notify_red=? WHERE id=?")
               .bind(target.value)
               .bind(std::int64_t{change.active.value_or(before.active)})
               .bind(starts_anew ? log_.head(before.institution).value : before.from.value)
               .bind(now)
               .bind(std::int64_t{ordered})
               .bind(locations)
               .bind(std::int64_t{change.notify_red.value_or(before.notify_red)})
               .bind(id.value)
               .run());
    if (change.active == true && !target_endpoint.active) return wake(db, target, now);
    return {};
  });
  if (!changed && changed.error().code == Code::kConflict)
    return failure(Code::kConflict, "The endpoint has a subscription to this event already");
  TRY_DO(std::move(changed));
  return subscription_of(account, target, id);
}

Result<void> SqliteAccountStore::delete_subscription(AccountId account, EndpointId endpoint,
                                                     SubscriptionId id) {
  TRY_DO(subscription_of(account, endpoint, id));
  return change_directory([&](SqliteDb& db) {
    return db.prepare("DELETE FROM subscription WHERE id=?").bind(id.value).run();
  });
}

}  // namespace chartbell
