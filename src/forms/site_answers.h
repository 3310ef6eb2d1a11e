// Answers of the patient's page, each with the fields that guard it.
#pragma once

#include <string>
#include <string_view>

#include "model/http_message.h"

namespace chartbell {

// No script and no style but our own files, nothing from elsewhere, in no frame (W3C Content
// Security Policy 3); no address of the page in a Referer, since it is the key to the form.
HttpFields guarded_fields();

// A page, which no cache keeps.
HttpResponse page_answer(int status, std::string html);
HttpResponse see_other(std::string location);

// Whether a POST comes from a page of ours, as far as the browser says (W3C Fetch Metadata; RFC
// 6454 §7). What old browsers leave out is for the form's secret to catch.
bool is_from_here(const HttpFields& fields);
// application/x-www-form-urlencoded
bool is_form(const HttpFields& fields);

}  // namespace chartbell
