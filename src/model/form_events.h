// The events of forms (wire contract §1, rows 5 and 6).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "model/document.h"
#include "model/emit.h"
#include "model/form.h"

namespace chartbell {

// `response_documents` as the vendor has it, around the document's own URL.
std::string response_documents(ResourceId document, std::string_view url);

// The patient has sent the form; `time` is when.
NewEvent form_request_event(const FormRequest& request, std::string_view subdomain, WallTime time);

// What became of the response's document, which `happening.resource` is the id of: with a fault,
// ".failed". The event is about the response that the document's leaf `form_response_id` names.
// kCorrupt where it names none: then it is no document of a form.
Result<NewEvent> form_response_event(const Happening& happening, const Document& document,
                                     const EventFault* fault);

}  // namespace chartbell
