// What the API needs of its neighbours: accounts, endpoints, events and deliveries from the store,
// the state of sources from whoever runs them, the health of endpoints and test events from whoever
// sends.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/activity.h"
#include "model/attempt.h"
#include "model/audit.h"
#include "model/booking.h"
#include "model/document.h"
#include "model/endpoint_stats.h"
#include "model/event.h"
#include "model/form.h"
#include "model/ids.h"
#include "model/record.h"
#include "model/record_write.h"
#include "model/replay.h"
#include "model/scope.h"
#include "model/source_report.h"
#include "model/stored_file.h"
#include "model/subscriber.h"
#include "model/sync_status.h"
#include "model/user.h"

namespace chartbell {

// How many requests a key may make; 0 stands for any number. Source: wire contract §4.
struct RateLimits {
  int per_second = 100;
  int records_per_minute = 1'000;  // of patients and appointments
  int per_minute = 2'000;          // of all else

  friend bool operator==(const RateLimits&, const RateLimits&) = default;
};

// The holder of an API key.
struct Account {
  AccountId id;
  std::string name;
  std::vector<std::string> institutions;  // subdomains; "*" stands for all
  WallTime created_at;
  std::optional<WallTime> revoked_at;
  Scopes scopes = Scopes::all();
  std::optional<WallTime> expires_at{};
  RateLimits limits{};
  // Grows when the key is revoked or replaced: tokens of an earlier one are worthless.
  std::int64_t generation = 1;

  bool may_see(std::string_view subdomain) const;
};

struct Location {
  LocationId id;
  InstitutionId institution;
  std::string name;
  std::string timezone;
  std::string foreign_id;
  WallTime created_at;
  WallTime updated_at;
  // What the record system says of it (address, telephone), in the shape of a location; may be
  // empty.
  Document details;
};

struct Institution {
  InstitutionId id;
  std::string subdomain;
  std::string name;
  WallTime created_at;
  std::vector<Location> locations;
};

// Changes the options of an endpoint, whatever they were.
using OptionsEdit = std::function<void(EndpointOptions&)>;

struct EndpointChange {
  std::optional<std::string> target_url;
  std::optional<bool> active;
  OptionsEdit options{};  // empty: they stay
};

struct SubscriptionChange {
  std::optional<bool> active;
  std::optional<EndpointId> endpoint;
  std::optional<Ordering> ordering{};
  std::optional<std::vector<LocationId>> locations{};
  std::optional<bool> notify_red{};
};

// What a new subscription may have beyond the vendor's wire.
struct SubscriptionOptions {
  Ordering ordering = Ordering::kNone;
  std::vector<LocationId> locations;
  bool notify_red = false;
};

// At most so many revoked tokens of an account are remembered one by one.
inline constexpr std::int64_t kRevokedTokensMax = 1'000;

// At most so many replaced secrets of an endpoint sign along.
inline constexpr std::size_t kRetiredSecretsMax = 5;

// Thread-safe. A change returns when it is on disk. kNotFound where the row does not exist or
// belongs to another account: the two are not told apart.
class AccountStore {
 public:
  virtual ~AccountStore() = default;
  // By the SHA-256 of the key; nothing for unknown, revoked and expired keys.
  virtual Result<std::optional<Account>> account_by_key(std::string_view key_hash) = 0;
  virtual Result<std::optional<Account>> account(AccountId id) = 0;
  // All of them, revoked and expired ones, too; by their ids.
  virtual Result<std::vector<Account>> accounts() = 0;
  // From now on and until it expires, the token is worthless. Of more than kRevokedTokensMax of an
  // account, every token of the account is.
  virtual Result<void> revoke_token(AccountId account, std::string token_id,
                                    WallTime expires_at) = 0;
  virtual Result<bool> is_token_revoked(std::string_view token_id) = 0;

  virtual Result<std::vector<Institution>> institutions() = 0;

  virtual Result<std::vector<Endpoint>> endpoints(AccountId account) = 0;
  virtual Result<Endpoint> endpoint(AccountId account, EndpointId id) = 0;
  virtual Result<Endpoint> create_endpoint(AccountId account, std::string target_url, bool active,
                                           std::string secret_key,
                                           EndpointOptions options = {}) = 0;
  virtual Result<Endpoint> change_endpoint(AccountId account, EndpointId id,
                                           EndpointChange change) = 0;
  // The secret until now signs along up to `until`; not at all where that has passed. Of more than
  // kRetiredSecretsMax the oldest goes.
  virtual Result<Endpoint> rotate_secret(AccountId account, EndpointId id, std::string secret_key,
                                         WallTime until) = 0;
  virtual Result<void> delete_endpoint(AccountId account, EndpointId id) = 0;

  virtual Result<std::vector<Subscription>> subscriptions(AccountId account,
                                                          EndpointId endpoint) = 0;
  // The row that exists, as it is, where there is one for the same endpoint, institution and topic.
  virtual Result<Subscription> create_subscription(AccountId account, EndpointId endpoint,
                                                   InstitutionId institution, const Topic& topic,
                                                   bool active,
                                                   SubscriptionOptions options = {}) = 0;
  virtual Result<Subscription> change_subscription(AccountId account, EndpointId endpoint,
                                                   SubscriptionId id,
                                                   SubscriptionChange change) = 0;
  virtual Result<void> delete_subscription(AccountId account, EndpointId endpoint,
                                           SubscriptionId id) = 0;
};

// A part of a list. A scan looks at a bounded number of rows, so that a page may have fewer rows
// than were asked for, or none, and still a next one.
template <class Row, class Position>
struct Page {
  std::vector<Row> rows;
  std::optional<Position> next;  // what to ask for to go on; nothing at the end
};

// An event without its body.
struct EventRow {
  InstitutionId institution;
  EventSeq seq;
  const CatalogueRow* row = nullptr;
  std::string event_name;
  ResourceId resource;
  LocationId location;
  WallTime time;
};

struct EventQuery {
  InstitutionId institution;
  std::string event{};          // as subscribed or as delivered; empty for all
  std::string resource_type{};  // canonical; empty for all
  std::optional<ResourceId> resource{};
  std::optional<LocationId> location{};
  std::optional<WallTime> since{};  // at or behind
  std::optional<WallTime> until{};  // before
  bool newest_first = true;
  std::optional<EventSeq> after{};  // in the query's order
  std::size_t limit = 50;
};

// The institutions' logs. Thread-safe.
class EventArchive {
 public:
  virtual ~EventArchive() = default;
  // The last event of the log; from memory, cheap.
  virtual EventSeq head(InstitutionId institution) const = 0;
  virtual Result<Page<EventRow, EventSeq>> events(const EventQuery& query) = 0;
  // Null where the log has none.
  virtual Result<EventPtr> event(InstitutionId institution, EventSeq seq) = 0;
  // Ascending without a gap.
  virtual Result<std::vector<EventPtr>> events_after(InstitutionId institution, EventSeq after,
                                                     std::size_t limit) = 0;
  // The last event before that time, 0 where there is none. As exact as the log's order is one of
  // times: a clock that was set back blurs it.
  virtual Result<EventSeq> last_before(InstitutionId institution, WallTime time) = 0;
};

// How a delivery stands: not tried yet, behind an earlier event of its resource, to be tried again,
// answered by 2xx, or given up.
enum class DeliveryState : std::uint8_t { kPending, kHeld, kRetrying, kDelivered, kDead };
constexpr std::string_view name(DeliveryState state) {
  constexpr std::string_view kNames[] = {"pending", "held", "retrying", "delivered", "dead"};
  return kNames[static_cast<std::size_t>(state)];
}

// One event on its way to one endpoint.
struct Delivery {
  EndpointId endpoint;
  DeliveryState state = DeliveryState::kPending;
  std::optional<WallTime> next_attempt_at{};  // while retrying
  std::vector<Attempt> attempts{};            // the newest first; not all, where there are many
};

// Where a list of attempts goes on; opaque to everybody but its maker.
struct AttemptPosition {
  std::int64_t at_ms = 0;
  std::int64_t block = 0;
  std::int64_t taken = 0;
  std::int64_t institution = 0;
  std::int64_t seq = 0;
};

struct AttemptQuery {
  EndpointId endpoint;
  std::vector<InstitutionId> institutions{};  // no others
  // kDelivered: successes; kRetrying and kDead: the failures of deliveries that stand so.
  std::optional<DeliveryState> state{};
  bool failures_only = false;
  std::optional<WallTime> since{};
  std::optional<WallTime> until{};
  std::optional<AttemptPosition> after{};
  std::size_t limit = 50;
};

// A delivery that waits to be tried again.
struct WaitingRetry {
  DeliveryKey key;
  int attempts = 0;  // made so far
  WallTime first_at;
  WallTime due;
};

// A delivery whose last attempt failed.
struct DeadLetter {
  DeliveryKey key;
  int attempts = 0;
  WallTime at;
};

// Counted to a limit, since there may be millions.
struct Count {
  std::int64_t value = 0;
  bool more = false;
};

// What is owed to an endpoint and has not reached it.
struct Waiting {
  std::int64_t backlog = 0;  // events that have not been tried
  Count retries;
  Count dead_letters;
  std::optional<WallTime> oldest_at;  // of its events, or of the first attempt of its retries
};

// What became of events. Thread-safe.
class DeliveryBook {
 public:
  virtual ~DeliveryBook() = default;
  // To the endpoints of this account.
  virtual Result<std::vector<Delivery>> deliveries_of(AccountId account, const Event& event) = 0;
  // The newest first, as they were recorded.
  virtual Result<Page<Attempt, AttemptPosition>> attempts(const AttemptQuery& query) = 0;
  // The earliest due first.
  virtual Result<Page<WaitingRetry, WaitingRetry>> retries(EndpointId endpoint,
                                                           const std::optional<WaitingRetry>& after,
                                                           std::size_t limit) = 0;
  virtual Result<Page<DeadLetter, DeadLetter>> dead_letters(EndpointId endpoint,
                                                            const std::optional<DeadLetter>& after,
                                                            std::size_t limit) = 0;
  virtual Result<Waiting> waiting(const Endpoint& endpoint) = 0;
  // Makes the delivery due now, with a schedule anew: how it stands then. kPending and kHeld are
  // left as they are: their turn comes anyway. kInvalid where the endpoint has no subscription to
  // such an event.
  virtual Result<DeliveryState> retry(const Endpoint& endpoint, const Event& event) = 0;
  // The same for each retry that was first tried at `since` or later, and for each dead letter of
  // such a time. There may be millions, so `done` is told how many, later and from any thread; not
  // at all when the book goes before.
  virtual void retry_failed(EndpointId endpoint, WallTime since,
                            std::function<void(Result<std::int64_t>)> done) = 0;
};

// A replay to be made: `after`, `to` as in Replay.
struct NewReplay {
  EndpointId endpoint;
  InstitutionId institution;
  EventSeq after;
  EventSeq to;
  Topic topic;
  bool undelivered_only = false;
};

// At most so many replays of an endpoint are open at a time.
inline constexpr std::size_t kOpenReplaysMax = 8;

// Thread-safe. A change returns when it is on disk, and the dispatcher hears of it.
class ReplayBook {
 public:
  virtual ~ReplayBook() = default;
  // One without events is done at once. kConflict beyond kOpenReplaysMax; kNotFound without the
  // endpoint.
  virtual Result<Replay> create(const NewReplay& replay) = 0;
  // The newest first.
  virtual Result<Page<Replay, ReplayId>> of_endpoint(EndpointId endpoint,
                                                     std::optional<ReplayId> after,
                                                     std::size_t limit) = 0;
  // kNotFound "Replay not found".
  virtual Result<Replay> replay(ReplayId id) = 0;
  // As it is where it is done already.
  virtual Result<Replay> cancel(ReplayId id) = 0;
};

// A page of records and what surrounds it.
struct RecordPage {
  std::vector<Record> rows;
  std::vector<RecordPosition> places;  // of the rows, in the query's order
  bool has_previous = false;
  bool has_next = false;
};

// Resources as they were last told, and those that are accepted and not written yet. Thread-safe.
class RecordBook {
 public:
  virtual ~RecordBook() = default;
  // Nothing where the institution has none of this kind and id: another institution's cannot be
  // told from one that never was. A gone one is there.
  virtual Result<std::optional<Record>> record(InstitutionId institution, ResourceKind kind,
                                               ResourceId id) = 0;
  // Our id of a record system's key, also of one that was only pointed to so far.
  virtual Result<std::optional<ResourceId>> id_of_key(InstitutionId institution, SourceId source,
                                                      ResourceKind kind, const ForeignKey& key) = 0;
  virtual Result<RecordPage> records(const RecordQuery& query) = 0;
  // How many the query has in all, whatever its place, `skip` and `limit`.
  virtual Result<std::int64_t> count(const RecordQuery& query) = 0;
  // Appointments or schedules that overlap the span and are not gone, by their start; no documents
  // are opened for them.
  virtual Result<std::vector<RecordTimes>> times_between(InstitutionId institution,
                                                         ResourceKind kind,
                                                         const RecordSpan& span) = 0;
  // Those that overlap the span and are neither cancelled nor gone, written or not, by their start.
  virtual Result<std::vector<Record>> appointments_between(InstitutionId institution,
                                                           const RecordSpan& span) = 0;
};

struct WriteQuery {
  InstitutionId institution;
  std::optional<WriteState> state{};
  std::optional<ResourceId> resource{};
  std::optional<WriteId> before{};
  std::size_t limit = 50;
};

// Takes what is to be written into record systems. Thread-safe.
class WriteDesk {
 public:
  virtual ~WriteDesk() = default;
  // Whether the source's record system takes such a write, and such a leaf in it; nothing of a
  // source that is only read.
  virtual bool takes(SourceId source, ResourceKind kind, WriteAction action) const = 0;
  virtual bool takes(SourceId source, ResourceKind kind, WriteAction action,
                     std::string_view path) const = 0;
  // Whether such a write must have that leaf.
  virtual bool needs(SourceId source, ResourceKind kind, WriteAction action,
                     std::string_view path) const = 0;
  // Green while the record system answers to writes.
  virtual Light light(SourceId source) const = 0;
  // Returns when it is on disk, its file too; a kCreate's resource is read like any other from then
  // on. The write itself comes soon, see GET /api/v1/writes.
  virtual Result<RecordWrite> accept(NewWrite write) = 0;
  // The same; `done` is told later, from any thread, when the first attempt has ended, whatever
  // came of it, or after some seconds.
  virtual void accept(NewWrite write, std::function<void(Result<RecordWrite>)> done) = 0;
  // The newest first; without their orders.
  virtual Result<Page<RecordWrite, WriteId>> writes(const WriteQuery& query) = 0;
};

// The files of documents. Thread-safe.
class FileBook {
 public:
  virtual ~FileBook() = default;
  // By the name in its URL; nothing where none of these institutions has it.
  virtual Result<std::optional<StoredFile>> file(const std::vector<InstitutionId>& institutions,
                                                 std::string_view name) = 0;
};

// Thread-safe.
class HealthSource {
 public:
  virtual ~HealthSource() = default;
  virtual EndpointStats stats(EndpointId endpoint) const = 0;
  virtual Activity activity(InstitutionId institution) const = 0;
};

// Thread-safe.
class TestSender {
 public:
  virtual ~TestSender() = default;
  // One attempt that nothing is recorded of, with the header `chartbell-test: 1`. `done` is called
  // once, from any thread, now or later.
  virtual void send(EndpointId endpoint, NewEvent event,
                    std::function<void(Result<Outcome>)> done) = 0;
};

// Thread-safe.
class SourceBoard {
 public:
  virtual ~SourceBoard() = default;
  virtual std::vector<SyncStatus> sources() const = 0;
  virtual std::vector<SourceReport> reports() const = 0;
  // The operator has seen that so many removals are withheld, and says that they are true. The
  // source tells them soon. kConflict where the numbers are other ones by now.
  virtual Result<void> confirm_removals(SourceId source, std::int64_t removals) = 0;
};

// ---- sources that are pushed ------------------------------------------------------------------

// A resource as its record system has it now, or that it is gone.
struct PushedSnapshot {
  std::string type;  // "patient"
  std::string foreign_id;
  Document body;  // {"revision": …, "data": {…}}
  bool deleted = false;
};

struct PushReceipt {
  enum class Status : std::uint8_t {
    kApplied,
    kUnchanged,  // this revision is stored, with this content
    kStale,      // a later revision is stored
    kConflict,   // this revision is stored, with other content
    kRefused,    // what was sent is no such resource; `reason` says why
  };
  Status status = Status::kApplied;
  std::string reason{};            // without patient data; empty where there is none
  std::int64_t revision = 0;       // the one that is stored by now
  std::optional<ResourceId> id{};  // of the resource, where Chartbell knows it
  std::string type{};              // of a line in a batch, as far as it could be read
  std::string foreign_id{};
  std::int64_t line = 0;  // of a batch, from 1
};

// Lines of JSON, `packed` by gzip or as they are.
struct PushedBatch {
  Document lines;
  bool packed = false;
};

// Whether resources that are new are told.
enum class NewOnes : std::uint8_t { kTold, kSilent };

// Takes what record systems push. Thread-safe. `done` is called once, from any thread, when what
// became of it is on disk; an error is one of ours or of the batch as a whole.
class PushDesk {
 public:
  using Receipts = std::function<void(Result<std::vector<PushReceipt>>)>;
  virtual ~PushDesk() = default;
  // False, and `done` is never called, where too much waits already. kNotFound through `done` for a
  // source that does not take pushes.
  virtual bool push(SourceId source, PushedSnapshot snapshot, NewOnes new_ones, Receipts done) = 0;
  virtual bool push_batch(SourceId source, PushedBatch batch, NewOnes new_ones, Receipts done) = 0;
};

// ---- the book of a location without a record system -------------------------------------------

// Keeps appointments and patients where no record system does. Thread-safe. `done` is called once,
// from any thread: with the result when it and its event are on disk, or with kInvalid naming the
// field, kNotFound, kConflict for what cannot be done any more, kUnreachable where too much waits.
class BookDesk {
 public:
  using Done = std::function<void(Result<InBook>)>;
  virtual ~BookDesk() = default;
  virtual bool is_book(SourceId source) const = 0;
  // The book of this location; nothing where a record system keeps it.
  virtual std::optional<SourceId> book_of(InstitutionId institution, LocationId location) const = 0;
  // Becomes appointment_requested, open, `foreign_id` null. kInvalid where patient_id, provider_id,
  // operatory_id or appointment_type_id name nothing that this book has.
  virtual void request(SourceId book, BookRequest request, Done done) = 0;
  // Changes leaves of an appointment, whoever asks: appointment_updated, unless nothing differs.
  // `cancelled` cancels a request that is still open; kConflict once it is declined or cancelled.
  virtual void change(SourceId book, ResourceId appointment, Leaves leaves, Done done) = 0;
  // Becomes patient_created.
  virtual void create_patient(SourceId book, Leaves leaves, Done done) = 0;
  // kAccept becomes appointment_created; kDecline appointment_updated, cancelled.
  virtual void decide(SourceId book, ResourceId appointment, Decision decision, Done done) = 0;
};

// Bookings as the store has them. Thread-safe.
class BookingList {
 public:
  struct Row {
    Booking booking;
    Record appointment;
  };
  struct Query {
    InstitutionId institution;
    std::optional<BookingStatus> status{};
    std::optional<LocationId> location{};
    std::optional<ResourceId> after{};
    std::size_t limit = 50;
  };
  virtual ~BookingList() = default;
  // The oldest first.
  virtual Result<Page<Row, ResourceId>> bookings(const Query& query) = 0;
  // Nothing where the institution has none for this appointment.
  virtual Result<std::optional<Row>> booking(InstitutionId institution, ResourceId appointment) = 0;
};

// ---- forms ------------------------------------------------------------------------------------

struct FormVersionQuery {
  InstitutionId institution;
  std::string name{};  // empty for all
  std::optional<bool> active{};
  std::optional<FormId> before{};
  std::size_t limit = 50;
};

struct FormRequestQuery {
  InstitutionId institution;
  std::optional<FormRequestStatus> status{};
  std::optional<ResourceId> patient{};
  std::optional<LocationId> location{};
  std::optional<ResourceId> before{};
  std::size_t limit = 50;
};

struct FormResponseQuery {
  InstitutionId institution;
  std::optional<FormResponseStatus> status{};
  std::optional<ResourceId> patient{};
  std::optional<LocationId> location{};
  std::string request{};                    // FormRequest::name; empty for all
  std::optional<WallTime> updated_since{};  // at or behind
  std::optional<ResourceId> before{};
  std::size_t limit = 50;
};

struct NewFormRequest {
  InstitutionId institution;
  FormId form;
  ResourceId patient;
  SourceId source;
  LocationId location;
  std::optional<ResourceId> appointment{};
  std::string language{};
  WallTime expires_at;
};

// Forms that patients fill in. Thread-safe; a change returns when it is on disk. Lists are newest
// first.
class FormDesk {
 public:
  struct Added {
    FormVersion version;
    bool is_new = true;  // false: this very text was there
  };
  // The link is told here and never again.
  struct Issued {
    FormRequest request;
    std::string url;
  };
  virtual ~FormDesk() = default;
  // The next version of its name. kInvalid with the JSON pointer of the first fault.
  virtual Result<Added> add_version(InstitutionId institution, std::string text) = 0;
  virtual Result<Page<FormVersion, FormId>> versions(const FormVersionQuery& query) = 0;
  // With its text. kNotFound.
  virtual Result<FormVersion> version(InstitutionId institution, FormId id) = 0;
  virtual Result<FormVersion> set_active(InstitutionId institution, FormId id, bool active) = 0;

  // The languages of a version, the first one being its own.
  virtual Result<std::vector<std::string>> languages(const FormVersion& version) = 0;
  virtual Result<Issued> issue(NewFormRequest request) = 0;
  virtual Result<Page<FormRequest, ResourceId>> requests(const FormRequestQuery& query) = 0;
  // By its name. kNotFound.
  virtual Result<FormRequest> request(InstitutionId institution, std::string_view name) = 0;
  // kConflict where it has ended.
  virtual Result<FormRequest> revoke(InstitutionId institution, std::string_view name) = 0;

  virtual Result<Page<FormResponse, ResourceId>> responses(const FormResponseQuery& query) = 0;
  // With its answers. kNotFound.
  virtual Result<FormResponse> response(InstitutionId institution, ResourceId id) = 0;
  // Writes a document that failed once more. kConflict for responses that did not fail, and where
  // the record system takes none.
  virtual Result<FormResponse> write_again(InstitutionId institution, ResourceId id) = 0;
};

// ---- users --------------------------------------------------------------------------------------

// A user and what they prove themselves by.
struct UserSecrets {
  User user;
  std::string password_hash;  // as base/password.h writes it
  std::string totp_secret{};  // empty where none was asked for; good once user.second_factor is on
  std::int64_t totp_last_step = 0;
};

struct NewUser {
  std::string name;
  std::string display_name;
  Role role = Role::kViewer;
  std::string password_hash;
};

struct UserChange {
  std::optional<std::string> display_name{};
  std::optional<Role> role{};
  std::optional<bool> disabled{};
  std::string password_hash{};  // empty: it stays
  bool without_second_factor = false;

  // Whether sessions that are open end by it.
  bool ends_sessions() const {
    return role || disabled || !password_hash.empty() || without_second_factor;
  }
};

struct KnownSession {
  UserSession session;
  User user;
};

inline constexpr std::int64_t kUsersMax = 1'000;
// Of one user; of more the one that began first ends.
inline constexpr std::int64_t kUserSessionsMax = 20;

// Thread-safe. A change returns when it is on disk, and its note with it. kNotFound "User not
// found".
class UserStore {
 public:
  enum class Which : std::uint8_t { kAny, kFirst };
  virtual ~UserStore() = default;
  virtual Result<bool> has_users() = 0;
  // By their ids.
  virtual Result<std::vector<User>> users() = 0;
  virtual Result<std::optional<UserSecrets>> secrets(std::string_view name) = 0;
  virtual Result<std::optional<UserSecrets>> secrets(UserId id) = 0;

  // kConflict where the name is taken, where there are kUsersMax, or a user and kFirst was asked
  // for.
  virtual Result<User> add_user(NewUser user, Which which, AuditNote note) = 0;
  // kConflict where nobody would be left who is an admin and not disabled.
  virtual Result<User> change_user(UserId id, UserChange change, AuditNote note) = 0;
  virtual Result<void> delete_user(UserId id, AuditNote note) = 0;
  // Another hash of the same password; nothing where the stored one is no longer `before`.
  virtual Result<void> renew_hash(UserId id, std::string before, std::string hash) = 0;

  // A secret that is good once it is confirmed. kConflict where a second factor is on.
  virtual Result<void> offer_second_factor(UserId id, std::string secret) = 0;
  // Turns it on, by the code of `step`, and ends the user's sessions. kConflict without an offer,
  // or where it is on.
  virtual Result<void> confirm_second_factor(UserId id, std::int64_t step,
                                             std::vector<std::string> recovery_hashes,
                                             AuditNote note) = 0;
  // False where the step, or a later one, has been used.
  virtual Result<bool> use_step(UserId id, std::int64_t step) = 0;
  // False where there is no such code; it is gone.
  virtual Result<bool> use_recovery_code(UserId id, std::string hash, AuditNote note) = 0;

  // `in_place_of`: the hash of the session that ends by it; empty where there is none.
  virtual Result<void> begin_session(UserSession session, std::string in_place_of,
                                     std::optional<AuditNote> note) = 0;
  // Nothing where it has ended or the user is disabled or of a later generation. What time does to
  // it is the caller's to see: lasts().
  virtual Result<std::optional<KnownSession>> session(std::string_view id_hash) = 0;
  // Is not waited for.
  virtual void see_session(std::string id_hash, WallTime at) = 0;
  virtual Result<void> count_wrong_code(std::string id_hash) = 0;
  virtual Result<void> end_session(std::string id_hash, AuditNote note) = 0;
  virtual Result<void> end_sessions(UserId id, AuditNote note) = 0;
};

struct AuditQuery {
  std::optional<UserId> user{};
  std::string act{};  // empty for all
  std::optional<WallTime> since{};
  std::optional<WallTime> until{};
  std::optional<AuditId> before{};
  std::size_t limit = 50;
};

// Nothing is ever changed or taken out of it. Thread-safe.
class AuditTrail {
 public:
  virtual ~AuditTrail() = default;
  // Returns when it is on disk.
  virtual Result<AuditEntry> record(AuditNote note) = 0;
  // Returns at once, so that nobody can tell by the time whether something is put down.
  virtual void record_soon(AuditNote note) = 0;
  // Returns at once; `done` is told on the store's own thread when it is on disk.
  virtual void record_then(AuditNote note, std::function<void(Result<void>)> done) = 0;
  // The newest first.
  virtual Result<Page<AuditEntry, AuditId>> entries(const AuditQuery& query) = 0;
};

}  // namespace chartbell
