// give_way(): a thread whose work nobody waits for leaves the processors to others.
#pragma once

#include <sys/resource.h>

namespace chartbell {

// The calling thread alone, as Linux has it; for good. Where processors are short it still gets
// some tenth of a share.
inline void give_way() {
  constexpr int kNiceness = 10;
  ::setpriority(PRIO_PROCESS, 0, kNiceness);
}

}  // namespace chartbell
