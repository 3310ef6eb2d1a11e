// PushCall: one call to a source that is pushed, waiting for the source's turn.
#pragma once

#include <functional>
#include <variant>

#include "api/ports.h"
#include "detect/book.h"

namespace chartbell {

struct PushedOne {
  PushedSnapshot snapshot;
  NewOnes new_ones = NewOnes::kTold;
  PushDesk::Receipts done;
};
struct PushedMany {
  PushedBatch batch;
  NewOnes new_ones = NewOnes::kTold;
  PushDesk::Receipts done;
};
struct BookAct {
  std::function<Result<InBook>(Book&)> act;
  BookDesk::Done done;
};
using PushCall = std::variant<PushedOne, PushedMany, BookAct>;

// What it takes of the memory that calls may take.
std::size_t bytes_of(const PushCall& call);
// Answers by an error.
void refuse(PushCall& call, const Error& error);

}  // namespace chartbell
