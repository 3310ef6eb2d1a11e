// include[]: what an appointment shows inside itself when it is asked to.
#pragma once

#include <string>
#include <vector>

#include "api/api.h"
#include "api/call.h"
#include "api/show_record.h"
#include "base/result.h"
#include "model/record.h"

namespace chartbell {

enum class Include : std::uint8_t {
  kPatient,
  kProvider,
  kOperatory,
  kAppointmentType,
  kProcedures,
  kDescriptors,
  kBookingDetails,
};

struct Includes {
  std::vector<Include> wanted;
  std::string notes;  // names that are none of ours
};
Result<Includes> read_includes(const Call& call);

// The appointments with what is included; what is not there is null, or an empty array. A
// resource that many of them show is read once.
Result<std::vector<std::string>> show_with_includes(ApiParts& parts,
                                                    const std::vector<Record>& appointments,
                                                    const std::vector<Include>& wanted,
                                                    const RecordView& view);

}  // namespace chartbell
