// Topic: what a subscription names: one row of the catalogue, every row of a resource type, or all.
//
// The wire's word for the wider two is `event: "*"` (an extension of ours; wire contract §3 has one
// row only), with a resource_type or "*" beside it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/catalogue.h"

namespace chartbell {

class Topic {
 public:
  // Covers nothing.
  Topic() = default;
  Topic(const CatalogueRow& row) : row_(&row), resource_type_(row.resource_type) {}  // NOLINT

  // A resource type in any case and an event as subscribed; nothing for a pair that does not exist.
  static std::optional<Topic> of(std::string_view resource_type, std::string_view event);
  // What text() gave.
  static std::optional<Topic> parse(std::string_view text);

  bool covers(const CatalogueRow& row) const;
  std::string_view resource_type() const { return resource_type_; }
  std::string_view event() const;
  // "appointment_created", "Appointment/*" or "*/*": unique, for the store.
  std::string text() const;

  friend bool operator==(const Topic&, const Topic&) = default;

 private:
  explicit Topic(std::string_view resource_type) : resource_type_(resource_type) {}

  const CatalogueRow* row_ = nullptr;  // null for the wider two
  std::string_view resource_type_;     // canonical, or "*"
};

}  // namespace chartbell
