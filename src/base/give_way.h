// give_way(): a thread whose work nobody waits for leaves the processors to others.
#pragma once

namespace chartbell {

// The calling thread alone, as Linux has it; for good. Where processors are short it still gets
// some tenth of a share. From Linux 6.12 on whoever wakes up beside it need not wait until its turn
// has ended, either.
void give_way();

}  // namespace chartbell
