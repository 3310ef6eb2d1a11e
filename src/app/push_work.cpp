#include "app/push_work.h"

#include "base/check.h"

namespace chartbell {

PushWork::PushWork(PushCall call, const SnapshotRules& rules)
    : rules_(rules), bytes_(bytes_of(call)) {
  if (auto* one = std::get_if<PushedOne>(&call)) begin(*one);
  if (auto* many = std::get_if<PushedMany>(&call)) begin(*many);
  CHECK(done_ != nullptr);
}

void PushWork::begin(PushedOne& one) {
  new_ones_ = one.new_ones;
  done_ = std::move(one.done);
  const auto& pushed = one.snapshot;
  const auto sent = pushed.deleted ? Sent::kRemoval : Sent::kResource;
  auto read = read_snapshot(rules_, pushed.type, pushed.foreign_id, sent, pushed.body);
  if (read) {
    next_ = *std::move(read);
  } else if (read.error().code == Code::kTooLarge) {
    fault_ = read.error();
  } else {
    refuse({.foreign_id = pushed.foreign_id}, read.error());
    receipts_.back().type = pushed.type;
  }
}

void PushWork::begin(PushedMany& many) {
  new_ones_ = many.new_ones;
  done_ = std::move(many.done);
  auto lines = BatchLines::open(std::move(many.batch.lines), many.batch.packed);
  if (!lines) {
    fault_ = lines.error();
    return;
  }
  lines_ = *std::move(lines);
  advance();
}

void PushWork::advance() {
  next_.reset();
  std::string_view text;
  while (lines_ && lines_->next(text)) {
    Snapshot read;
    if (const auto done = read_snapshot_line(rules_, text, read); !done) {
      refuse(read, done.error());
    } else {
      next_ = std::move(read);
      next_line_ = line();
      return;
    }
  }
}

void PushWork::refuse(const Snapshot& read, const Error& error) {
  receipts_.push_back({.status = PushReceipt::Status::kRefused,
                       .reason = error.detail,
                       .revision = read.revision,
                       .foreign_id = read.foreign_id,
                       .line = line()});
}

std::pair<std::size_t, Snapshot> PushWork::take() {
  CHECK(next_.has_value());
  auto out = std::pair(receipts_.size(), *std::move(next_));
  receipts_.push_back({.line = next_line_});
  ++owed_;
  advance();
  return out;
}

void PushWork::receive(std::size_t place, PushReceipt receipt) {
  receipt.line = receipts_[place].line;
  receipts_[place] = std::move(receipt);
  --owed_;
}

void PushWork::answer() {
  if (fault_) return done_(std::unexpected(*fault_));
  done_(std::move(receipts_));
}

}  // namespace chartbell
