// ConnectionPool: connections that wait for their next request, by scheme, host and port.
//
// Bounded by count (the one that has waited longest goes) and by age. On the loop's thread.
#pragma once

#include <list>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "net/connection.h"

namespace chartbell {

class ConnectionPool {
 public:
  ConnectionPool(std::size_t connections_max, Milliseconds age_max)
      : connections_max_(connections_max), age_max_(age_max) {}

  // The one of `key` that waited least, or null. Those found closed are dropped on the way.
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

  const std::size_t connections_max_;
  const Milliseconds age_max_;
  Entries by_age_;  // the longest waiting first
  std::unordered_map<std::string, std::vector<Entries::iterator>> by_key_;  // each by age, too
};

}  // namespace chartbell
