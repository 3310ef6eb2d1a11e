// Schemas and webhooks of the API's document, from the tables of the model.
#pragma once

#include <string>
#include <string_view>

#include "model/shape.h"

namespace chartbell {

// By the vendor's name: "InsuranceCoverage".
std::string_view schema_name(ResourceKind kind);

// A JSON object with one schema for each kind of resource.
std::string resource_schemas();
// A JSON object with one operation for each row of the catalogue, and the vendor's samples as their
// examples.
std::string webhook_operations();

}  // namespace chartbell
