// SPDX-License-Identifier: Apache-2.0
// CPU time of a server that is several processes, as the system counts it.
// Threads: safe from any.
#pragma once

#include <sys/types.h>

namespace boutique::benchmark {

// Seconds, in steps of a hundredth, of the process, its descendants and those of them that have ended.
double CpuSecondsOfTree(pid_t root);

}  // namespace boutique::benchmark
