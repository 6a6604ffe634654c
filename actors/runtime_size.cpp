// How many workers there are: who is forked, who gives its place to another, who is too large or idle for too long.
#include "actors/runtime.hpp"
#include "base/bounds.hpp"

#include <algorithm>
#include <caf/send.hpp>

namespace enclaved {

namespace {

constexpr std::uint64_t fork_retry_ms = 1'000;
constexpr std::uint64_t weigh_every_ms = 1'000;
constexpr std::uint64_t idle_work_ms = 200; ///< of a worker that was given nothing, between two looks at it

} // namespace

std::uint32_t runtime_state::staying() const {
  return static_cast<std::uint32_t>(
      std::count_if(workers_.begin(), workers_.end(), [](const auto& one) { return !one.second.retiring; }));
}

void runtime_state::on_tick() {
  const auto now = now_ms();
  self_->delayed_send(self_, runtime_tick, tick{});
  watch_zygote(now);
  grow_if_all_busy(now);
  shrink(now);
  weigh(now);
  place_waiting();
  setup_.shown->workers_active = static_cast<std::uint32_t>(
      std::count_if(workers_.begin(), workers_.end(), [](const auto& one) { return one.second.assigned > 0; }));
}

/// None came to life lately: one at a time shows whether one does again.
void runtime_state::try_one_worker() {
  const bool one_tries =
      std::any_of(workers_.begin(), workers_.end(), [](const auto& one) { return !one.second.ready; });
  const bool enough = waiting_.empty() && staying() >= setup_.pool.workers_min;
  if (one_tries || enough || now_ms() < fork_retry_at_ms_) return;
  fork_retry_at_ms_ = now_ms() + fork_retry_ms;
  fork_worker();
}

/// Forks what is missing: the warm ones, and for each waiting execution a worker that could take it.
void runtime_state::maintain() {
  if (!zygote_ready_) return;
  if (zygote_failures_ >= zygote_failures_in_a_row) return try_one_worker();
  const auto usual = waiting_.empty() ? setup_.pool.workers_min : setup_.pool.workers;
  while (staying() < usual && workers_.size() < 2 * std::size_t{setup_.pool.workers_max})
    if (!fork_worker()) return;
  const auto count = [this](auto&& which) {
    return std::count_if(workers_.begin(), workers_.end(), [&](const auto& one) { return which(one.second); });
  };
  auto coming = count([](const worker& one) { return !one.retiring && one.bound.what == binding::kind::none; });
  auto leaving = count([](const worker& one) { return one.retiring && !one.busy; });
  for (const auto& what : waiting_) {
    if (will_be_taken(what)) continue;
    if (coming > 0) {
      --coming;
    } else if (workers_.size() < setup_.pool.workers_max) {
      if (!fork_worker()) return;
    } else if (leaving > 0) {
      --leaving;
    } else {
      return evict_a_worker(what);
    }
  }
}

/// A worker that many share comes to it; and a tenant that holds as many as it may has to wait for its own.
bool runtime_state::will_be_taken(const task& what) const {
  if (workers_held(what.tenant) >= setup_.pool.workers_max) return true;
  return binding_of(what).what == binding::kind::shared &&
         std::any_of(workers_.begin(), workers_.end(), [](const auto& one) {
           const auto& [id, it] = one;
           const bool shared = it.bound.what == binding::kind::shared || it.bound.what == binding::kind::none;
           return shared && !it.retiring && !it.doomed && !it.busy;
         });
}

/// A worker that is bound to somebody else gives its place to whom it is missing: one that has nothing to do, or, for a
/// tenant that keeps no worker busy, one that is soon done with what it has.
void runtime_state::evict_a_worker(const task& for_whom) {
  const auto wanted = binding_of(for_whom);
  const auto most = workers_held(for_whom.tenant) > 0 ? 0 : static_cast<std::uint32_t>(bounds::executions_ahead);
  auto best = workers_.end();
  for (auto at = workers_.begin(); at != workers_.end(); ++at) {
    const auto& one = at->second;
    if (!one.open() || one.busy || one.assigned > most || one.bound == wanted) continue;
    if (one.bound.what == binding::kind::none) continue;
    if (best == workers_.end() || one.assigned < best->second.assigned) best = at;
  }
  if (best != workers_.end()) retire(best->first, best->second, "its place is needed for another tenant");
}

void runtime_state::grow_if_all_busy(std::uint64_t now) {
  const bool all = std::all_of(workers_.begin(), workers_.end(),
                               [](const auto& one) { return one.second.busy || one.second.retiring; });
  if (!all || workers_.empty()) {
    all_busy_since_ms_ = 0;
    return;
  }
  if (all_busy_since_ms_ == 0) all_busy_since_ms_ = now;
  if (now - all_busy_since_ms_ < bounds::pool_growth_ms - bounds::busy_worker_ms ||
      workers_.size() >= setup_.pool.workers_max + reserve())
    return;
  all_busy_since_ms_ = 0;
  fork_worker();
}

/// Looks at workers that have nothing to do: one that has grown beyond what it may keep is replaced, and one that is
/// busy all the same is in the hands of a script that took it over.
void runtime_state::weigh(std::uint64_t now) {
  if (now - weighed_at_ms_ < weigh_every_ms || !zygote_) return;
  weighed_at_ms_ = now;
  std::vector<worker_id> taken_over;
  for (auto& [id, one] : workers_) {
    const bool was_idle = std::exchange(one.weighed_idle, false);
    if (one.ended || one.assigned > 0 || one.pid <= 0) continue;
    const auto toll = zygote_->toll_of(one.pid);
    const auto worked_ms = toll.processor_ms - std::min(toll.processor_ms, one.weighed_processor_ms);
    if (was_idle && one.weighed_executions == one.executions && worked_ms > idle_work_ms) {
      one.distrusted = true;
      one.retire_reason = "it worked though it had nothing to do";
      taken_over.push_back(id);
    } else if (!one.retiring && setup_.pool.memory_bytes != 0 && toll.resident_bytes > setup_.pool.memory_bytes) {
      retire(id, one, "it kept more memory than it may");
    }
    one.weighed_idle = one.ready;
    one.weighed_executions = one.executions;
    one.weighed_processor_ms = toll.processor_ms;
  }
  for (const auto id : taken_over) kill(id, "it worked though it had nothing to do");
}

/// Workers above the maximum, forked only when all others are busy: for tenants that hold none.
std::uint32_t runtime_state::reserve() const { return std::max(1U, setup_.pool.workers_max / 4); }

void runtime_state::shrink(std::uint64_t now) {
  auto above = static_cast<std::int64_t>(staying()) - setup_.pool.workers_min;
  for (auto& [id, one] : workers_) {
    if (above <= 0) return;
    if (one.retiring || !one.ready || one.assigned > 0 || now - one.idle_since_ms < setup_.pool.idle_ms) continue;
    retire(id, one, "it was idle");
    --above;
  }
}

void runtime_state::tell_capacity() {
  capacity now{caf::actor_cast<runtime_actor>(self_), 0, 0, {}};
  for (const auto& [id, one] : workers_) {
    if (!one.open()) continue;
    now.slots += one.busy ? 1U : static_cast<std::uint32_t>(bounds::executions_ahead);
    if (!one.busy) continue;
    const auto same =
        std::find_if(now.held.begin(), now.held.end(), [&](const holding& h) { return h.tenant == one.busy_tenant; });
    if (same == now.held.end())
      now.held.push_back({one.busy_tenant, 1});
    else
      ++same->workers;
  }
  now.hold_limit = setup_.pool.workers_max;
  caf::anon_send(setup_.balancer, std::move(now));
}

} // namespace enclaved
