// PostgresSlot: changes of a PostgreSQL database, from a logical replication slot of our own.
//
// What the server needs: wal_level = logical, a free replication slot and WAL sender, a role with
// LOGIN REPLICATION and SELECT on the mapped tables, and a publication of them, which is made here
// where the role may (it then owns the tables) and else by the operator, in words that the error
// gives. The slot keeps write-ahead log until we say that we have stored what is in it:
// max_slot_wal_keep_size bounds that, and a slot that lost its log means a full diff.
//
// With the default replica identity the server tells the key of a changed row and nothing else of
// what it was. Dirty rules by the primary key work; those by another column make their kind dirty
// as a whole on each update and delete, unless the table has REPLICA IDENTITY FULL.
//
// Keys are given out once their rows can be read: the server sends a transaction when its commit is
// in the log, a moment before others see it, and who read at once would keep what was.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "detect/ports.h"
#include "source/dirty_rules.h"
#include "source/pgoutput.h"
#include "source/postgres_link.h"
#include "source/slot_rows.h"
#include "source/sql.h"
#include "source/sql_link.h"

namespace chartbell {

// Slot and publication of a source: "chartbell_green_dental_front_office". Distinct for distinct
// names, of the letters and the length that the server allows.
std::string slot_name(std::string_view subdomain, std::string_view source);

class PostgresSlot final : public ChangeCapture {
 public:
  struct Parts {
    PostgresAddress address;
    std::string name;  // of slot and publication
    const Mapping& mapping;
    const Clock& clock;
  };
  // Connects at present() or resume(). References outlive it.
  explicit PostgresSlot(Parts parts);
  ~PostgresSlot() override;

  std::string_view mode() const override { return "slot"; }
  // Makes publication and slot where they are missing, and a new slot for one that is lost or whose
  // publication lacked a table.
  Result<std::string> present() override;
  Result<void> resume(const std::string& position) override;
  // Positions are behind a commit, or far along in what concerns other tables, so that an idle
  // practice in a busy server does not keep its log for ever.
  Result<Wakeups> wait(Milliseconds patience) override;
  // A place in the log behind all that a reader can have seen by now, while the stream goes on.
  Result<std::string> mark() override;
  // Whether wait() has given all that came before a mark.
  bool passed(const std::string& mark) override;
  void stored(const std::string& position) override;
  std::optional<int> readable() const override {
    return stream_ == nullptr ? std::nullopt : std::optional(stream_->socket());
  }
  std::string lag() override;

 private:
  struct SlotState;

  Result<bool> ensure_publication(PostgresLink& link) const;
  Result<std::optional<SlotState>> slot_state(PostgresLink& link) const;
  Result<Lsn> create_slot(PostgresLink& link) const;
  Result<Wakeups> gather(Milliseconds patience);
  Result<void> take(std::string_view frame, Wakeups& out);
  Result<void> take_keepalive(const Keepalive& keepalive, Wakeups& out);
  Result<void> tend();
  Result<void> tell_status(bool wants_reply);
  Result<void> make_readable();
  Result<void> await_shown(SqlConnection& connection,
                           const std::vector<std::uint32_t>& transactions);
  void drop_stream();
  Error broken(Error error);

  const Parts parts_;
  const std::unique_ptr<SqlConnector> connector_;
  DirtyTranslator translator_;
  SlotRows rows_;
  std::unique_ptr<PostgresLink> stream_;
  SqlLink side_;              // for SELECTs beside the stream
  bool undecodable_ = false;  // the server cannot decode what the slot stands before
  Lsn told_;                  // the last position given
  Lsn seen_;                  // what came before it has been given
  Lsn marked_;                // somebody waits for this to be seen
  Lsn flushed_;               // what the server may forget
  SteadyTime heard_at_;
  SteadyTime status_at_;
  std::optional<SteadyTime> asked_at_;  // for a sign of life
  std::string lag_;
  std::optional<SteadyTime> lag_at_;
};

}  // namespace chartbell
