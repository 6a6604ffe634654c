// Timers of a script: it asks for one like for a tool call, and the session itself answers when it is due. A firing is
// an answer like any other: it waits for the script's turn, belongs to that turn's batch, and comes again in a replay.
// Nobody outside is asked or told, and no limit but `deadline_ms` counts the time.
#include "actors/session.hpp"
#include "engine/library/bounds.hpp"

#include <algorithm>
#include <tuple>

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
  const auto wait_ms = delay_ms + (delay_ms > 0 ? 1 : 0);
  const auto wall = wall_ms();
  const auto wall_due_ms = wall + static_cast<std::int64_t>(wait_ms);
  timers[what.call] = {now_ms() + wait_ms, wall_due_ms};
  note(fact::timer_set{what.call, wall, wall_due_ms});
}

void session_state::cancel_timer(std::uint32_t number) {
  forget_timer(*now_, number);
  note(fact::timer_cancelled{number});
}

/// It may have become due during the turn that cancels it.
void session_state::forget_timer(execution& run, std::uint32_t number) {
  run.timers.erase(number);
  std::erase_if(run.arrived,
                [number](const engine::answer& item) { return item.call == (number | engine::timer_mark); });
}

engine::answer session_state::firing_of(std::uint32_t number) {
  return {number | engine::timer_mark, true, outcome::tool_error, std::string(nil)};
}

/// In the order they are due, and those of the same time in the order they were set.
void session_state::fire_timers(std::uint64_t now) {
  std::vector<std::tuple<std::uint64_t, std::int64_t, std::uint32_t>> due;
  for (const auto& [number, one] : now_->timers)
    if (one.due_ms <= now) due.emplace_back(one.due_ms, one.wall_due_ms, number);
  std::sort(due.begin(), due.end());
  for (const auto& [due_ms, wall_due_ms, number] : due) {
    now_->timers.erase(number);
    now_->arrived.push_back(firing_of(number));
    note(fact::timer_fired{number});
  }
}

} // namespace enclaved
