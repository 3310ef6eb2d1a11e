#include "net/connection_pool.h"

namespace chartbell {

std::shared_ptr<Connection> ConnectionPool::take(const std::string& key, SteadyTime now) {
  auto taken = shelf(Standing::kTrusted).take(key, now);
  return taken ? taken : shelf(Standing::kSuspect).take(key, now);
}

void ConnectionPool::put(const std::string& key, std::shared_ptr<Connection> connection,
                         SteadyTime now, Standing standing) {
  shelf(standing).put(key, std::move(connection), now);
}

void ConnectionPool::suspect(const std::string& key, SteadyTime now) {
  while (auto connection = shelf(Standing::kTrusted).take(key, now))
    shelf(Standing::kSuspect).put(key, std::move(connection), now);
}

void ConnectionPool::drop_aged(SteadyTime now) {
  for (Shelf& shelf : shelves_) shelf.drop_aged(now);
}

void ConnectionPool::clear() {
  for (Shelf& shelf : shelves_) shelf.clear();
}

std::shared_ptr<Connection> ConnectionPool::Shelf::take(const std::string& key, SteadyTime now) {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  std::shared_ptr<Connection> taken;
  auto& entries = found->second;
  while (!taken && !entries.empty()) {
    const auto newest = entries.back();
    if (!is_aged(*newest, now) && is_usable(*newest, now))
      taken = std::move(newest->connection);
    else
      newest->connection->close();
    by_age_.erase(newest);
    entries.pop_back();
  }
  if (entries.empty()) by_key_.erase(found);
  return taken;
}

void ConnectionPool::Shelf::put(const std::string& key, std::shared_ptr<Connection> connection,
                                SteadyTime now) {
  connection->idle_since = now;
  by_age_.push_back({key, std::move(connection)});
  by_key_[key].push_back(std::prev(by_age_.end()));
  while (by_age_.size() > limits_.connections_max) drop_oldest();
}

void ConnectionPool::Shelf::drop_aged(SteadyTime now) {
  while (!by_age_.empty() && is_aged(by_age_.front(), now)) drop_oldest();
}

void ConnectionPool::Shelf::clear() {
  while (!by_age_.empty()) drop_oldest();
}

bool ConnectionPool::Shelf::is_aged(const Entry& entry, SteadyTime now) const {
  return now - entry.connection->idle_since >= limits_.age_max;
}

// To ask costs a system call; one that rested for a moment only is found closed soon enough.
bool ConnectionPool::Shelf::is_usable(const Entry& entry, SteadyTime now) {
  return now - entry.connection->idle_since < kTrusted || entry.connection->is_quiet();
}

void ConnectionPool::Shelf::drop_oldest() {
  const auto found = by_key_.find(by_age_.front().key);
  auto& entries = found->second;
  entries.erase(entries.begin());
  if (entries.empty()) by_key_.erase(found);
  by_age_.front().connection->close();
  by_age_.pop_front();
}

}  // namespace chartbell
