// Signals as events of the main thread: blocked everywhere, taken one at a time.
#pragma once

#include <cstdint>

namespace enclaved {

enum class signal_event : std::uint8_t { none, stop, reload };

/// Before any thread is started; threads inherit it.
void block_signals();
/// The next one within so many milliseconds.
signal_event next_signal(std::uint32_t within_ms);

} // namespace enclaved
