// What changed between two states of a resource; pure functions.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "model/document.h"

namespace chartbell {

// The wire's `previous_attributes`: only the leaves that differ, with their old values, nested as
// they stand; null where there was none before (wire contract §1). "{}" when nothing differs.
// Arrays are leaves. kCorrupt when a document is not a JSON object.
Result<Document> previous_attributes(const Document& before, const Document& after);

// The state of a resource that vanished: `rules` as in KindRules::on_missing. "@today" sets the
// date only where there is none or a later one.
Result<Document> after_removal(const Document& before,
                               const std::vector<std::pair<std::string, std::string>>& rules,
                               const std::string& today);

}  // namespace chartbell
