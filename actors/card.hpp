// What others may know of a session without asking it: the directory shows it to clients, and whoever holds a task of
// it sees whether the task is still wanted.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace enclaved {

enum class session_status : std::uint8_t { idle, queued, running, waiting, recovering, ended };

constexpr std::string_view name(session_status status) {
  constexpr std::string_view names[] = {"idle", "queued", "running", "waiting", "recovering", "ended"};
  return names[static_cast<std::size_t>(status)];
}

struct session_card {
  std::atomic<session_status> status{session_status::idle};
  std::atomic<std::uint64_t> seq{0};
  /// Of the execution that runs or waits, 0: there is none. A task of another job is not wanted any more; a message
  /// that says so may overtake the task on its way between actors, or miss it on its way back.
  std::atomic<std::uint64_t> job{0};
};
using card_ptr = std::shared_ptr<session_card>;

} // namespace enclaved
