// DroppingCapture: loses a share of wake-ups on purpose, so that what the auditor finds can be held
// against what was lost. For development only.
#pragma once

#include <cstdint>
#include <memory>

#include "base/random.h"
#include "detect/ports.h"

namespace chartbell {

// Passes everything on but that share of the keys; what is dirty as a whole stays so. A resource of
// its source's thread.
class DroppingCapture final : public ChangeCapture {
 public:
  DroppingCapture(std::unique_ptr<ChangeCapture> inner, double share, std::uint64_t seed);

  std::string_view mode() const override { return inner_->mode(); }
  Result<std::string> present() override { return inner_->present(); }
  Result<void> resume(const std::string& position) override { return inner_->resume(position); }
  Result<Wakeups> wait(Milliseconds patience) override;
  Result<void> await_visible() override { return inner_->await_visible(); }
  Milliseconds unseen_for() const override { return inner_->unseen_for(); }
  Result<std::string> mark() override { return inner_->mark(); }
  bool passed(const std::string& mark) override { return inner_->passed(mark); }
  void stored(const std::string& position) override { inner_->stored(position); }
  Milliseconds rest() override { return inner_->rest(); }
  std::optional<int> readable() const override { return inner_->readable(); }
  std::string lag() override { return inner_->lag(); }

 private:
  const std::unique_ptr<ChangeCapture> inner_;
  const std::uint64_t per_million_;
  SeededRandom random_;
};

}  // namespace chartbell
