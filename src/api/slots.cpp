#include "api/slots.h"

#include <algorithm>

namespace chartbell {
namespace {

// The first place of the stretch's grid at or behind `time`.
WallTime on_grid(const TimeSpan& stretch, Milliseconds interval, WallTime time) {
  if (time <= stretch.from) return stretch.from;
  const auto steps = (time - stretch.from + interval - Milliseconds(1)) / interval;
  return stretch.from + steps * interval;
}

// The stretch of `stretches` that a free span is part of.
const TimeSpan& stretch_of(const std::vector<TimeSpan>& stretches, const TimeSpan& part) {
  const auto behind = std::ranges::upper_bound(stretches, part.from, {}, &TimeSpan::from);
  return *std::prev(behind);
}

}  // namespace

std::vector<TimeSpan> merged(std::vector<TimeSpan> spans) {
  std::erase_if(spans, [](const TimeSpan& span) { return span.from >= span.to; });
  std::ranges::sort(spans);
  std::vector<TimeSpan> out;
  for (const auto& span : spans) {
    if (out.empty() || span.from > out.back().to) {
      out.push_back(span);
    } else {
      out.back().to = std::max(out.back().to, span.to);
    }
  }
  return out;
}

std::vector<TimeSpan> without(std::vector<TimeSpan> open, std::vector<TimeSpan> taken) {
  std::vector<TimeSpan> out;
  taken = merged(std::move(taken));
  auto next = taken.begin();
  for (auto span : merged(std::move(open))) {
    while (next != taken.end() && next->to <= span.from) ++next;
    for (auto cut = next; cut != taken.end() && cut->from < span.to; ++cut) {
      if (cut->from > span.from) out.push_back({span.from, cut->from});
      span.from = cut->to;
    }
    if (span.from < span.to) out.push_back(span);
  }
  return out;
}

std::vector<TimeSpan> free_slots(const std::vector<TimeSpan>& open, std::vector<TimeSpan> taken,
                                 const SlotRules& rules) {
  const auto stretches = merged(open);
  std::vector<TimeSpan> out;
  for (const auto& free : without(stretches, std::move(taken))) {
    const auto first = std::max(free.from, rules.window.from);
    auto at = on_grid(stretch_of(stretches, free), rules.interval, first);
    for (; at + rules.length <= free.to && at < rules.window.to; at += rules.interval) {
      if (out.size() == rules.most) return out;
      out.push_back({at, at + rules.length});
    }
  }
  return out;
}

}  // namespace chartbell
