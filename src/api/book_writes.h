// Bookings, changes and patients at locations without a record system: their book takes them in
// place of a writer, and answers when they are on disk.
#pragma once

#include "api/api.h"

namespace chartbell {

bool is_for_book(const ApiParts& parts, const NewWrite& write);

// 201 for what is new and 200 for a change, `wrapper` ("appt", "user") around the object.
Result<void> write_into_book(ApiParts& parts, const NewWrite& write, std::string_view wrapper,
                             Respond respond);

}  // namespace chartbell
