#include "base/give_way.h"

#include <linux/sched/types.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace chartbell {
namespace {

constexpr int kNiceness = 10;
constexpr __u64 kLongTurnNs = 100'000'000;  // the longest there is

}  // namespace

// A turn of three milliseconds is not cut short for a thread whose own is as long, however much
// more it may claim: it is for one whose turns are shorter (EEVDF, kernel/sched/fair.c,
// PREEMPT_SHORT). Before Linux 6.12 the length is ignored.
void give_way() {
  sched_attr attributes{};  // of the usual policy
  attributes.size = sizeof attributes;
  attributes.sched_nice = kNiceness;
  attributes.sched_runtime = kLongTurnNs;
  if (::syscall(SYS_sched_setattr, 0, &attributes, 0) != 0)
    ::setpriority(PRIO_PROCESS, 0, kNiceness);
}

}  // namespace chartbell
