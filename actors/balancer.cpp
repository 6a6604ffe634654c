#include "actors/balancer.hpp"

#include "actors/actor_clock.hpp"
#include "actors/guard.hpp"

#include <caf/send.hpp>

namespace enclaved {

namespace {

constexpr std::chrono::milliseconds expire_every{100};

/// When to try again: about the time in which the queue that is there gets shorter.
constexpr std::uint32_t retry_after_ms = 100;

} // namespace

balancer_actor::behavior_type balancer_state::start(balancer_actor::pointer self, balancer_setup setup) {
  self_ = self;
  setup_ = std::move(setup);
  guard(self_, "balancer");
  self_->delayed_send(self_, expire_every, tick{});
  return {
      [this](task& what) { enqueue(what); },
      [this](const withdraw& what) { withdraw_job(what); },
      [this](capacity& now) { set_capacity(now); },
      [this](const slots_freed& news) {
        for (const auto& tenant : news.tenants) slot_is_free(tenant);
        give_out();
      },
      [this](handed_back& back) { take_back(back); },
      [this](tick) {
        self_->delayed_send(self_, expire_every, tick{});
        expire();
      },
  };
}

std::uint64_t balancer_state::now_ms() const { return steady_ms_of(*self_); }

void balancer_state::enqueue(task& what) {
  auto& of = lanes_[what.tenant];
  what.queued_at_ms = now_ms();
  if (of.queued.empty() && may_start(of)) return give(of, what);
  if (queued_ >= setup_.queue.length) {
    caf::anon_send(what.owner,
                   job_refused{what.job,
                               {error_code::overloaded,
                                "the queue is full (" + std::to_string(queued_) + " executions)", retry_after_ms}});
    return;
  }
  caf::anon_send(what.owner, job_queued{what.job});
  const auto tenant = what.tenant;
  of.queued.push_back(std::move(what));
  ++queued_;
  shows_depth();
  line_up(tenant, of);
}

void balancer_state::line_up(const std::string& tenant, lane& of) {
  if (of.in_turn || of.queued.empty()) return;
  of.in_turn = true;
  turns_.push_back(tenant);
}

bool balancer_state::may_start(const lane& of) const {
  if (!runtime_ || taken_ >= slots_) return false;
  return of.held == 0 || of.running < hold_limit_;
}

void balancer_state::give(lane& of, task& what) {
  ++of.running;
  ++taken_;
  caf::anon_send(runtime_, std::move(what));
}

/// Each tenant in turn starts one, until there is no room or nobody who may; those who hold workers come last.
void balancer_state::give_out() {
  if (turns_.empty()) return;
  give_out_to([](const lane& of) { return of.held == 0; });
  give_out_to([](const lane&) { return true; });
  shows_depth();
}

void balancer_state::give_out_to(bool (*whom)(const lane&)) {
  for (std::size_t passed = 0; !turns_.empty() && taken_ < slots_ && passed < turns_.size();) {
    auto& of = lanes_[turns_.front()];
    if (!of.queued.empty() && (!whom(of) || !may_start(of))) {
      turns_.splice(turns_.end(), turns_, turns_.begin());
      ++passed;
      continue;
    }
    passed = 0;
    if (!of.queued.empty()) {
      auto what = std::move(of.queued.front());
      of.queued.pop_front();
      --queued_;
      caf::anon_send(what.owner, job_started{what.job, now_ms() - what.queued_at_ms});
      give(of, what);
    }
    if (of.queued.empty()) {
      of.in_turn = false;
      turns_.pop_front();
    } else {
      turns_.splice(turns_.end(), turns_, turns_.begin());
    }
  }
}

void balancer_state::take_back(handed_back& back) {
  for (auto at = back.tasks.rbegin(); at != back.tasks.rend(); ++at) {
    auto& of = lanes_[at->tenant];
    if (of.running > 0) --of.running;
    if (taken_ > 0) --taken_;
    if (!is_wanted(*at)) continue; // its withdrawal came before it
    caf::anon_send(at->owner, job_queued{at->job});
    const auto tenant = at->tenant;
    of.queued.push_front(std::move(*at));
    ++queued_;
    line_up(tenant, of);
  }
  give_out();
}

void balancer_state::withdraw_job(const withdraw& what) {
  const auto at = lanes_.find(what.tenant);
  if (at == lanes_.end()) return;
  queued_ -= std::erase_if(at->second.queued, [&](const task& queued) { return queued.job == what.job; });
  shows_depth();
}

void balancer_state::expire() {
  const auto now = now_ms();
  for (auto at = lanes_.begin(); at != lanes_.end();) {
    auto& of = at->second;
    queued_ -= std::erase_if(of.queued, [&](const task& what) {
      if (now - what.queued_at_ms < setup_.queue.timeout_ms) return false;
      caf::anon_send(
          what.owner,
          job_refused{what.job,
                      {error_code::overloaded,
                       "no worker was free for " + std::to_string(setup_.queue.timeout_ms) + " ms", retry_after_ms}});
      return true;
    });
    const bool unused = of.queued.empty() && of.running == 0 && of.held == 0 && !of.in_turn;
    at = unused ? lanes_.erase(at) : std::next(at);
  }
  give_out();
}

void balancer_state::set_capacity(capacity& now) {
  runtime_ = now.who;
  slots_ = now.slots;
  hold_limit_ = now.hold_limit;
  for (auto& [tenant, of] : lanes_) of.held = 0;
  for (const auto& holder : now.held) lanes_[holder.tenant].held = holder.workers;
  give_out();
}

void balancer_state::slot_is_free(const std::string& tenant) {
  if (taken_ > 0) --taken_;
  if (const auto at = lanes_.find(tenant); at != lanes_.end() && at->second.running > 0) --at->second.running;
}

balancer_actor::behavior_type balancer(balancer_actor::stateful_pointer<balancer_state> self, balancer_setup setup) {
  return self->state.start(self, std::move(setup));
}

} // namespace enclaved
