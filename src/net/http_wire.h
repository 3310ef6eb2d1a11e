// HTTP/1.1 heads as text, both ways of the wire (RFC 9112).
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "model/http_message.h"
#include "net/url.h"

namespace chartbell {

bool is_token(std::string_view text);
// No control characters but tabs; bytes over 127 pass.
bool is_field_value(std::string_view text);
bool are_fields(const HttpFields& fields);

// Content-Length is left out where there is no body and the method expects none.
std::string request_head(const Url& url, const HttpRequest& request);

enum class KeepAlive : bool { kNo, kYes };
// Date and Content-Length are added (the length of `answer.body`; chunked where it has a source),
// Connection where it ends here.
std::string response_head(const HttpResponse& answer, WallTime now, KeepAlive keep_alive);

// 204, 304 and 1xx have none, whatever their fields say (RFC 9110 §6.4.1).
bool has_body(int status);
std::string_view reason(int status);
// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 §5.6.7)
std::string http_date(WallTime time);

}  // namespace chartbell
