// What clients ask to be written, read and checked (wire contract §6, §7.1). Errors name the field:
// kInvalid for a wrong value, kNotFound for an id that names nothing of the institution, kConflict
// for a time that is taken, kUnsupported for what the record system cannot do.
#pragma once

#include "api/api.h"
#include "api/call.h"
#include "model/record.h"
#include "model/record_write.h"

namespace chartbell {

// A booking from `appt` at the location that the query names.
Result<NewWrite> new_appointment(ApiParts& parts, const Call& call, const Institution& institution);
// What `appt` changes of an appointment.
Result<NewWrite> changed_appointment(ApiParts& parts, const Call& call,
                                     const Institution& institution, const Record& appointment);

// A patient from `patient`, for the record system of `provider.provider_id`.
Result<NewWrite> new_patient(ApiParts& parts, const Call& call, const Institution& institution);
// The patient of the same name and date of birth who is there already.
Result<std::optional<Record>> same_patient(ApiParts& parts, const NewWrite& patient);

}  // namespace chartbell
