// The event types of a session, one row each.
#pragma once

#include "wire/requests.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace enclaved::wire {

enum class event_type : std::uint8_t {
  session_init,
  stdout_chunk,
  log,
  tool_call,
  tool_progress,
  tool_result_applied,
  partial_result,
  state_patch,
  deadline_exceeded,
  execution_restarted,
  final,
  heartbeat,
};
inline constexpr std::size_t event_types = static_cast<std::size_t>(event_type::heartbeat) + 1;

std::string_view name(event_type type); ///< as it stands on the wire
std::optional<event_type> event_named(std::string_view name);
constexpr event_mask bit(event_type type) { return event_mask{1} << static_cast<unsigned>(type); }
inline constexpr event_mask no_events = 0;
inline constexpr event_mask all_events = ~event_mask{0};

} // namespace enclaved::wire
