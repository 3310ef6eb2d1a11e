// OpenDentalWriter: writes by Open Dental's own REST interface, the only way that its vendor
// allows.
//
// Source of paths, fields and answers: the vendor's API documentation.
#pragma once

#include <memory>
#include <vector>

#include "source/ports.h"
#include "source/row_template.h"
#include "write/ports.h"

namespace chartbell {

// Calls are under way while it is used on; answers come on the caller's thread. Stateless.
class OpenDentalWriter final : public RecordWriter {
 public:
  // `doubt`: how long the interface may still work at a call that it did not answer. `caller` goes
  // before the writer does; `locations` is not empty.
  OpenDentalWriter(RestCaller& caller, std::vector<SourceLocation> locations, Milliseconds doubt);

  bool takes(ResourceKind kind, WriteAction action) const override;
  bool takes(ResourceKind kind, WriteAction action, std::string_view path) const override;
  bool needs(ResourceKind kind, WriteAction action, std::string_view path) const override;
  void write(WriteOrder order, std::function<void(WriteAnswer)> done) override;
  void find(WriteOrder order, std::function<void(Result<FoundRows>)> done) override;
  void probe(std::function<void(Result<void>)> done) override;
  std::size_t at_once() const override { return 4; }
  Milliseconds doubt() const override { return doubt_; }

 private:
  const SourceLocation& location(LocationId id) const;
  void find_from(std::size_t offset, std::shared_ptr<const WriteOrder> order,
                 std::function<void(Result<FoundRows>)> done);
  void change(const WriteOrder& order, std::function<void(WriteAnswer)> done);

  RestCaller& caller_;
  const std::vector<SourceLocation> locations_;
  const Milliseconds doubt_;
};

}  // namespace chartbell
