// Book: the appointments and patients of locations without a record system, kept by Chartbell
// itself (wire contract §1, row 4).
//
// A booking is asked for (appointment_requested, `foreign_id` null), and the practice accepts it
// (appointment_created) or declines it (appointment_updated, cancelled). What is changed before or
// afterwards is appointment_updated. Each act is one commit: the appointment, the booking's status
// and the event. Saying the same twice does no harm and tells nothing.
//
// Two bookings may take the same time: whether that is one too many is the practice's to say.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "base/zone.h"
#include "detect/digest.h"
#include "detect/id_book.h"
#include "detect/ports.h"
#include "detect/teller.h"
#include "model/booking.h"

namespace chartbell {

// Keys of what the book makes by itself; nobody may push a new resource by such a key.
inline constexpr std::string_view kBookKeyPrefix = "chartbell-";

// A resource of the source's thread; all references outlive it. It remembers nothing.
class Book {
 public:
  struct Parts {
    SourceRef source;
    std::string subdomain;
    std::string foreign_id_type;
    std::string digest_key;
    std::map<LocationId, Zone> zones;  // of the locations that it serves
    ResourceReader& reader;            // for the rules of its kinds
    ResourceStore& store;
    IdBook& ids;
    const Clock& clock;
  };
  explicit Book(Parts parts);

  // kInvalid, naming the leaf, for one that the shape lacks, is missing, or names nothing that this
  // book has. A missing end_time is made of the appointment type's minutes.
  Result<InBook> request(const BookRequest& request);
  // kNotFound; kConflict once it is declined, or was cancelled while it was open. A new start_time
  // takes end_time along.
  Result<InBook> change(ResourceId appointment, const Leaves& leaves);
  // kNotFound; kConflict where the opposite was decided.
  Result<InBook> decide(ResourceId appointment, Decision decision);
  Result<InBook> create_patient(const Leaves& leaves);

 private:
  struct Entry;
  Result<Entry> entry(ResourceId appointment);
  Result<InBook> accept(Entry entry);
  Result<InBook> decline(Entry entry);
  Result<InBook> tell_change(Entry entry, Document document);
  Result<Document> new_appointment(const BookRequest& request);
  Result<InBook> commit(ResourceKind kind, HeldResource now, const CatalogueRow* row,
                        const Document& previous, std::optional<Booking> booking);
  HeldResource fresh(LocationId location);
  Result<void> check_references(const Document& document, const Leaves* given);
  Result<Document> with_derived(const Document& document, LocationId location);
  Result<std::optional<Document>> shown(ResourceKind kind, std::int64_t id);

  const Parts parts_;
  Digester digest_;
  Teller teller_;
};

}  // namespace chartbell
