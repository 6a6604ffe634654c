#include "wire/events.hpp"

namespace enclaved::wire {

namespace {

constexpr std::array<std::string_view, event_types> names{
    "session_init",        "stdout",        "log",
    "tool_call",           "tool_progress", "tool_result_applied",
    "partial_result",      "state_patch",   "deadline_exceeded",
    "execution_restarted", "final",         "heartbeat",
};

} // namespace

std::string_view name(event_type type) { return names[static_cast<std::size_t>(type)]; }

std::optional<event_type> event_named(std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == name) return static_cast<event_type>(i);
  return std::nullopt;
}

} // namespace enclaved::wire
