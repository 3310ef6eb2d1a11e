// The ids of the domain. Each is its own type; to_string(id) gives the wire's decimal number.
#pragma once

#include "base/ids.h"

namespace chartbell {

// A practice group: the vendor's `institution_id`, chosen by `subdomain`.
using InstitutionId = Id<struct InstitutionTag>;
using LocationId = Id<struct LocationTag>;
// One health record database of an institution; it may serve many locations.
using SourceId = Id<struct SourceTag>;
// Any resource that a record system holds; unique over all kinds of one store.
using ResourceId = Id<struct ResourceTag>;
// Who owns endpoints: the holder of one API key.
using AccountId = Id<struct AccountTag>;
using EndpointId = Id<struct EndpointTag>;
using SubscriptionId = Id<struct SubscriptionTag>;
// A version of a form's template.
using FormId = Id<struct FormTag>;
// Something that is to be written into a record system.
using WriteId = Id<struct WriteTag>;
using ReplayId = Id<struct ReplayTag>;
// Somebody who signs in; not the holder of a key.
using UserId = Id<struct UserTag>;
// The place of an event in its institution's log: 1, 2, 3, … without a gap.
using EventSeq = Id<struct EventSeqTag>;

}  // namespace chartbell
