// Service: the whole daemon as one object graph; what `chartbell serve` runs and the demo shows.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "app/config.h"
#include "base/result.h"
#include "model/foreign_key.h"
#include "model/ids.h"
#include "net/address_policy.h"

namespace chartbell {

// What may be asked of a service beyond its configuration.
struct ServiceOptions {
  // Called, on any thread, when the store cannot go on. Must not return.
  std::function<void(const Error&)> fatal;
};

class Service {
 public:
  // Opens the store, registers what the configuration names, checks every source, listens. Nothing
  // is read or sent before start(). Errors are one line for the operator.
  static Result<std::unique_ptr<Service>> open(const Config& config, ServiceOptions options);
  // Ends sources, lets attempts in flight end for up to five seconds, writes what is known.
  ~Service();

  void start();
  // "http://127.0.0.1:8040", with the real port.
  std::string url() const;
  // Lets somebody make the first user (POST /api/v1/setup); empty where there is one.
  const std::string& setup_token() const;
  // The record system's key of a resource. The wire does not tell it for every kind.
  std::optional<ForeignKey> key_of(InstitutionId institution, ResourceId id) const;

 private:
  struct Graph;
  explicit Service(std::unique_ptr<Graph> graph);
  std::unique_ptr<Graph> graph_;
};

// Where deliveries of this configuration may go. An error where this machine's own addresses cannot
// be listed.
Result<AddressPolicy> address_policy(const Config& config);

// The key that seals the store: read from its file; made there in development mode when it is
// missing and the store is too.
Result<std::string> master_key(const Config& config);

}  // namespace chartbell
