// Timers of a script: it asks for one like for a tool call, and the session itself answers when it is due. A firing is
// an answer like any other: it waits for the script's turn, belongs to that turn's batch, and comes again in a replay.
// Nobody outside is asked or told, and no limit but `deadline_ms` counts the time.
#include "actors/session.hpp"
#include "engine/library/bounds.hpp"

#include <algorithm>

namespace enclaved {

namespace {

constexpr std::string_view nil = "\xc0";

} // namespace

/// The script's clock and ours cut off parts of a millisecond at different moments: one more, and no script sees a
/// timer come early.
void session_state::set_timer(const engine::pipe::record& what) {
  auto& timers = now_->timers;
  if (timers.size() >= bounds::timers_per_run) return; // no worker of ours asks for so many
  const auto delay_ms = std::min(what.delay_ms, bounds::timer_ms);
  timers[what.call] = now_ms() + delay_ms + (delay_ms > 0 ? 1 : 0);
}

/// It may have become due during the turn that cancels it.
void session_state::cancel_timer(std::uint32_t number) {
  now_->timers.erase(number);
  std::erase_if(now_->arrived,
                [number](const engine::answer& item) { return item.call == (number | engine::timer_mark); });
}

/// In the order they are due, and those of the same time in the order they were set.
void session_state::fire_timers(std::uint64_t now) {
  std::vector<std::pair<std::uint64_t, std::uint32_t>> due;
  for (const auto& [number, due_ms] : now_->timers)
    if (due_ms <= now) due.emplace_back(due_ms, number);
  std::sort(due.begin(), due.end());
  for (const auto& [due_ms, number] : due) {
    now_->timers.erase(number);
    now_->arrived.push_back({number | engine::timer_mark, true, outcome::tool_error, std::string(nil)});
  }
}

} // namespace enclaved
