// SqlLink: one connection of a connector, opened when it is first needed and anew after it broke.
#pragma once

#include <memory>

#include "base/result.h"
#include "source/sql.h"

namespace chartbell {

// A resource of one thread. The connector outlives it.
class SqlLink {
 public:
  explicit SqlLink(SqlConnector& connector) : connector_(connector) {}

  Result<SqlConnection*> get() {
    if (connection_ == nullptr) {
      TRY(connection_, connector_.connect());
    }
    return connection_.get();
  }
  void drop() { connection_.reset(); }

 private:
  SqlConnector& connector_;
  std::unique_ptr<SqlConnection> connection_;
};

}  // namespace chartbell
