// The commands that speak to a running server: events, endpoints, deliveries.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/remote.h"

namespace chartbell {

struct EventArguments {
  RemoteArguments remote;
  std::string subdomain;
  std::string from;  // "earliest" or a sequence; empty for what comes next
  std::optional<std::int64_t> count;
  std::string event_id;
  std::int64_t endpoint = 0;
  std::optional<std::int64_t> after;
  std::optional<std::int64_t> to;
  bool undelivered_only = false;
};
// Prints events as they come. Fails when a place in the log is missing.
int tail_events(const EventArguments& arguments);
int show_event(const EventArguments& arguments);
// Sends a part of the log once more, and shows how far it is.
int replay_events(const EventArguments& arguments);

struct EndpointArguments {
  RemoteArguments remote;
  std::int64_t id = 0;
  std::string target_url;
  std::string resource_type;
  std::string event;
};
int list_endpoints(const EndpointArguments& arguments);
int create_endpoint(const EndpointArguments& arguments);
int test_endpoint(const EndpointArguments& arguments);
int turn_endpoint(const EndpointArguments& arguments, bool on);

struct DeliveryArguments {
  RemoteArguments remote;
  std::int64_t endpoint = 0;
  std::string status;
  std::string event_id;
  std::int64_t limit = 50;
};
int list_deliveries(const DeliveryArguments& arguments);
int retry_delivery(const DeliveryArguments& arguments);

}  // namespace chartbell
