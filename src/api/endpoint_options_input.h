// The options of an endpoint as a client asks for them (docs/api.md, "Endpoints").
#pragma once

#include <functional>
#include <string>

#include "api/parameters.h"
#include "api/ports.h"
#include "base/result.h"

namespace chartbell {

// What a call changes of an endpoint's options: nothing where a name is absent, back to the default
// where it is null. Empty when it names none of them. kInvalid, naming the parameter, for whatever
// is out of bounds. `new_seed` makes the seed of a key pair.
Result<OptionsEdit> options_edit(const Parameters& parameters,
                                 const std::function<std::string()>& new_seed);

}  // namespace chartbell
