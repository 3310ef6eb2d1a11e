#include "model/record_write.h"

namespace chartbell {
namespace {

struct Words {
  std::string_view name;
  std::string_view message;
};

constexpr Words kWords[] = {
    {"", ""},
    {"refused", "The health record system refused it"},
    {"timed_out", "The health record system could not be reached before it was too late"},
    {"patient_not_written", "The patient could not be written into the health record system"},
    {"not_there", "Something that it names is not in the health record system any more"},
    {"not_taken", "The health record system takes no documents"},
};

}  // namespace

std::string_view name(WriteFault fault) {
  return kWords[static_cast<std::size_t>(fault)].name;
}

std::string_view message(WriteFault fault) {
  return kWords[static_cast<std::size_t>(fault)].message;
}

}  // namespace chartbell
