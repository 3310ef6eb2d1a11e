// The publication of a source: which of its tables PostgreSQL tells changes of.
//
// Words of SQL alone, for the slot that needs one and for the doctor who looks whether it is there.
// Tables are not quoted: names of a mapping fold to lower case, as they do in its SELECTs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace chartbell {

// "name", for statements.
std::string quoted_identifier(std::string_view name);

// One row where the publication is there.
std::string publication_question(const std::string& publication);
// One row where it has the table.
std::string published_question(const std::string& publication, const std::string& table);
// One row with "t" where the session's role may publish the table: it owns it, and may create in
// the database.
std::string may_publish_question(const std::string& table);

// Makes it with these tables, or adds them to one that `is_there`.
std::string publish_statement(const std::string& publication,
                              const std::vector<std::string>& tables, bool is_there);

}  // namespace chartbell
