#include "store/booking_list.h"

#include "detect/ports.h"
#include "store/store_for_test.h"

namespace chartbell {
namespace {

using enum BookingStatus;

class BookingListTest : public testing::Test {
 protected:
  void put(std::int64_t id, std::int64_t location, BookingStatus status) {
    DetectedBatch batch{.source = {green_, {1}}};
    HeldResource held;
    held.known = {.key = ForeignKey("chartbell-" + std::to_string(id)),
                  .id = {id},
                  .presence = Presence::kLive};
    held.document = Document("{}");
    batch.writes.push_back({ResourceKind::kAppointment, std::move(held)});
    batch.bookings.push_back({.appointment = {id},
                              .source = {1},
                              .location = {location},
                              .status = status,
                              .requested_at = from_ms(5)});
    ASSERT_TRUE(world_.resources->commit(std::move(batch)));
  }
  std::string ids(BookingList::Query query) {
    query.institution = green_;
    std::string out;
    while (true) {
      const auto page = SqliteBookingList(*world_.core).bookings(query).value();
      for (const auto& row : page.rows) out += to_string(row.appointment.id) + " ";
      if (!page.next) return out;
      out += "| ";
      query.after = page.next;
    }
  }

  StoreWorld world_;
  InstitutionId green_ = world_.institution();
};

TEST_F(BookingListTest, BookingsAreListedTheOldestFirstByPlaceAndStatus) {
  put(7, 1, kOpen);
  put(3, 2, kOpen);
  put(5, 1, kAccepted);
  put(9, 1, kOpen);
  EXPECT_EQ(ids({}), "3 5 7 9 ");
  EXPECT_EQ(ids({.limit = 2}), "3 5 | 7 9 ");
  EXPECT_EQ(ids({.status = kOpen}), "3 7 9 ");
  EXPECT_EQ(ids({.status = kOpen, .location = LocationId{1}, .limit = 1}), "7 | 9 ");
  EXPECT_EQ(ids({.location = LocationId{1}, .limit = 2}), "5 7 | 9 ");
}

TEST_F(BookingListTest, ALaterStateTakesThePlaceOfAnEarlierOne) {
  put(7, 1, kOpen);
  put(7, 1, kDeclined);
  world_.open();
  const auto found = world_.resources->booking(green_, {7}).value();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->status, kDeclined);
  EXPECT_FALSE(found->decided_at);
  const auto row = SqliteBookingList(*world_.core).booking(green_, {7}).value();
  ASSERT_TRUE(row);
  EXPECT_EQ(row->appointment.document.expose(), "{}");
  EXPECT_FALSE(world_.resources->booking({green_.value + 1}, {7}).value());
}

TEST_F(BookingListTest, ARevisionIsStoredWithItsKey) {
  const SourceRef source{green_, {1}};
  DetectedBatch batch{.source = source};
  batch.revisions.push_back({ResourceKind::kPatient, ForeignKey("a"), 7, Digest{1, 2}});
  ASSERT_TRUE(world_.resources->commit(std::move(batch)));
  world_.open();
  const auto found =
      world_.resources->revision(source, ResourceKind::kPatient, ForeignKey("a")).value();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->revision, 7);
  EXPECT_EQ(found->content, (Digest{1, 2}));
  EXPECT_FALSE(
      world_.resources->revision(source, ResourceKind::kProvider, ForeignKey("a")).value());
}

}  // namespace
}  // namespace chartbell
