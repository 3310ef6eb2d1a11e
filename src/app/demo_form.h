// The demo's form: asked for through the API, and where nobody is there to do it, filled in as a
// patient's browser without scripts would.
#pragma once

#include <string>

#include "app/demo_client.h"
#include "base/clock.h"
#include "base/result.h"
#include "forms/template.h"
#include "model/ids.h"

namespace chartbell {

struct DemoForm {
  FormTemplate form;
  std::string url;
  std::string patient;
  std::string date_of_birth;  // YYYY-MM-DD

  std::string_view title() const { return form.title.in(form.languages.front()); }
};

// A patient at a location is asked for their consent to treatment.
Result<DemoForm> ask_for_form(DemoClient& client, std::string_view subdomain, std::string location);

// Opens the link, says the date of birth, answers every question, sends it.
Result<void> fill_in(const Clock& clock, const DemoForm& form);

}  // namespace chartbell
