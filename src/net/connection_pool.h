// ConnectionPool: connections that wait for their next request, by scheme, host, port and identity.
//
// Bounded by count (the one that has waited longest goes) and by age; those to servers that failed
// us last more tightly, so that what does not deliver holds little. On the loop's thread.
#pragma once

#include <list>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "net/connection.h"

namespace chartbell {

// What the last exchange with a server says of it.
enum class Standing : std::uint8_t { kTrusted, kSuspect };

class ConnectionPool {
 public:
  struct Limits {
    std::size_t connections_max;
    Milliseconds age_max;
  };

  ConnectionPool(Limits trusted, Limits suspects) : shelves_{Shelf(trusted), Shelf(suspects)} {}

  // The one of `key` that waited least, or null. Those found closed are dropped on the way.
  std::shared_ptr<Connection> take(const std::string& key, SteadyTime now);
  void put(const std::string& key, std::shared_ptr<Connection> connection, SteadyTime now,
           Standing standing);
  // All that wait for `key` are suspect from now on.
  void suspect(const std::string& key, SteadyTime now);
  void drop_aged(SteadyTime now);
  void clear();
  bool empty() const { return shelves_[0].empty() && shelves_[1].empty(); }

 private:
  class Shelf {
   public:
    explicit Shelf(Limits limits) : limits_(limits) {}

    std::shared_ptr<Connection> take(const std::string& key, SteadyTime now);
    void put(const std::string& key, std::shared_ptr<Connection> connection, SteadyTime now);
    void drop_aged(SteadyTime now);
    void clear();
    bool empty() const { return by_age_.empty(); }

   private:
    struct Entry {
      std::string key;
      std::shared_ptr<Connection> connection;
    };
    using Entries = std::list<Entry>;

    static constexpr Milliseconds kTrusted{1'000};

    bool is_aged(const Entry& entry, SteadyTime now) const;
    static bool is_usable(const Entry& entry, SteadyTime now);
    void drop_oldest();

    const Limits limits_;
    Entries by_age_;  // the longest waiting first
    std::unordered_map<std::string, std::vector<Entries::iterator>> by_key_;  // each by age, too
  };

  Shelf& shelf(Standing standing) { return shelves_[static_cast<std::size_t>(standing)]; }

  Shelf shelves_[2];
};

}  // namespace chartbell
