// PracticeWriter: what the practice's own program does to its database, one row to a statement.
#pragma once

#include <cstdint>
#include <string>

#include "source/mariadb_handle.h"

namespace chartbell {

// Over one connection. Ends the program where the server refuses.
class PracticeWriter {
 public:
  // Of an account that may write.
  explicit PracticeWriter(const std::string& url);

  // Each returns when the server has answered.
  void change(std::int64_t appointment, const std::string& note);
  void add(std::int64_t appointment, const std::string& note);
  // The highest number of an appointment.
  std::int64_t last_appointment();

 private:
  void run(const std::string& sql);

  const MariadbHandle connection_;
};

}  // namespace chartbell
