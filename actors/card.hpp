// What the directory shows of a session without asking it.
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
};
using card_ptr = std::shared_ptr<session_card>;

} // namespace enclaved
