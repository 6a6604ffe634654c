// A worker process: reads a frame, runs a turn, writes a report. One execution at a time, one thread, no actor, no
// library but the machine. It is born from the zygote and already jailed when `work` is called.
#pragma once

#include "engine/machine.hpp"
#include "engine/shared_memory.hpp"

namespace enclaved::engine {

/// Serves the pipe until it closes. Never returns; any breach of the protocol ends the process.
[[noreturn]] void work(machine& heap, int pipe, shared_memory memory);

} // namespace enclaved::engine
