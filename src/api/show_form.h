// Forms as the wire's JSON: in the vendor's members first (wire contract §1, rows 5 and 6), ours
// behind them.
#pragma once

#include <string>

#include "api/ports.h"
#include "model/form.h"

namespace chartbell {

// Without its text.
std::string show(const FormVersion& version);
// With its text as `template`.
std::string show_with_text(const FormVersion& version);
std::string show(const FormRequest& request);
// With the link as `url`.
std::string show(const FormDesk::Issued& issued);
std::string show(const FormResponse& response);
// With its answers.
std::string show_with_answers(const FormResponse& response);

}  // namespace chartbell
