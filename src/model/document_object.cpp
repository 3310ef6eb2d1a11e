#include "model/document_object.h"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace chartbell {

namespace json = boost::json;

Result<json::object> object_of(const Document& document) {
  json::error_code error;
  auto value = json::parse(json::string_view(document.expose()), error);
  if (error || !value.is_object())
    return failure(Code::kCorrupt, "a stored document is not a JSON object");
  return std::move(value.as_object());
}

}  // namespace chartbell
