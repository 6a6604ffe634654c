#include "actors/runtime.hpp"

#include "actors/actor_clock.hpp"
#include "actors/guard.hpp"
#include "base/bounds.hpp"

#include <algorithm>
#include <caf/send.hpp>
#include <chrono>

namespace enclaved {

runtime_actor::behavior_type runtime_state::start(runtime_actor::pointer self, runtime_setup setup) {
  self_ = self;
  setup_ = std::move(setup);
  guard(self_, "runtime");
  self_->set_exit_handler([this](caf::exit_msg& why) {
    if (why.reason != caf::exit_reason::user_shutdown) return;
    for (auto& [id, one] : workers_) caf::anon_send_exit(one.actor, caf::exit_reason::user_shutdown);
    zygote_link_.reset();
    if (zygote_) zygote_->end(); // and with it all worker processes
    zygote_.reset();
    self_->quit(why.reason);
  });
  start_zygote();
  self_->delayed_send(self_, runtime_tick, tick{});
  return {
      [this](task& what) { place(what); },
      [this](forget_job what) { forget(what.job); },
      [this](stop_job what) {
        for (auto& [id, one] : workers_)
          if (one.assigned > 0) caf::anon_send(one.actor, what);
      },
      [this](const turns_over& news) { on_turns_over(news); },
      [this](handed_back& back) { take_back(back); },
      [this](const worker_wish& wish) { on_wish(wish); },
      [this](worker_ready news) { on_ready(news); },
      [this](worker_closed& news) { on_closed(news); },
      [this](const zygote_frame& news) { on_news(news); },
      [this](zygote_closed news) {
        if (news.generation == zygote_generation_) lose_zygote("it ended");
      },
      [this](tick) { on_tick(); },
  };
}

std::uint64_t runtime_state::now_ms() const { return steady_ms_of(*self_); }

// -- placement --------------------------------------------------------------------------------------------------------

void runtime_state::place(task& what) {
  if (waiting_.empty() && try_place(what)) return;
  waiting_.push_back(std::move(what));
  place_waiting();
}

/// In the order they came, but those first whose tenants keep no worker busy.
void runtime_state::place_waiting() {
  for (const bool holders : {false, true})
    for (auto at = waiting_.begin(); at != waiting_.end();) {
      if ((workers_held(at->tenant) > 0) == holders && try_place(*at))
        at = waiting_.erase(at);
      else
        ++at;
    }
  maintain();
}

bool runtime_state::try_place(task& what) {
  if (!is_wanted(what)) {
    drop(what);
    return true;
  }
  const auto to = worker_for(what);
  if (to == workers_.end() || has_home_in_doubt(what)) return false;
  if (what.what == task::kind::resume && !fetch_parked(what, to)) return true; // its owner rebuilds it
  give(to, what);
  return true;
}

/// Nobody waits for it: it ended while it was on its way here.
void runtime_state::drop(const task& what) {
  if (const auto found = parked_.find(what.job); found != parked_.end()) drop_parked(found);
  if (what.what != task::kind::resume) caf::anon_send(setup_.balancer, slots_freed{self_, {what.tenant}});
}

runtime_state::binding runtime_state::binding_of(const task& what) {
  switch (what.level) {
  case security_level::strict: return {binding::kind::once, what.tenant};
  case security_level::secure: return {binding::kind::tenant, what.tenant};
  default: return {binding::kind::shared, {}};
  }
}

/// The worker whose memory holds the heap when it is free soon, otherwise the least loaded one of the kind, otherwise
/// one that is not bound yet.
runtime_state::workers::iterator runtime_state::worker_for(const task& what) {
  const auto wanted = binding_of(what);
  const auto held = workers_held(what.tenant);
  if (held >= setup_.pool.workers_max) return workers_.end(); // the reserve is for the others
  const bool alone = held > 0;                                // what it runs will probably take long, too
  const auto takes = [alone](const worker& one) {
    if (!one.open() || one.busy) return false;
    return alone ? one.assigned == 0 : one.assigned < bounds::executions_ahead && !one.lent_to_holder;
  };
  if (what.what == task::kind::resume && wanted.what != binding::kind::once)
    if (const auto home = parked_.find(what.job); home != parked_.end())
      if (const auto there = workers_.find(home->second.on); there != workers_.end() && takes(there->second))
        return there;
  auto best = workers_.end();
  for (auto at = workers_.begin(); at != workers_.end(); ++at) {
    auto& one = at->second;
    const bool fresh = one.bound.what == binding::kind::none;
    if (!takes(one) || (!fresh && (wanted.what == binding::kind::once || one.bound != wanted))) continue;
    if (best == workers_.end() || one.assigned < best->second.assigned) best = at;
  }
  return best;
}

/// By scripts of this tenant that have run for long.
std::uint32_t runtime_state::workers_held(const std::string& tenant) const {
  return static_cast<std::uint32_t>(std::count_if(workers_.begin(), workers_.end(), [&](const auto& one) {
    return one.second.busy && one.second.busy_tenant == tenant;
  }));
}

/// Its heap lies in a worker that is ending; whether it may be used is known when its actor has told how.
bool runtime_state::has_home_in_doubt(const task& what) const {
  const auto heap = parked_.find(what.job);
  if (heap == parked_.end()) return false;
  const auto home = workers_.find(heap->second.on);
  return home != workers_.end() && (home->second.ended || home->second.doomed);
}

/// Sees to it that the heap of a resume reaches the worker it is given to; false: it is gone and its owner has been
/// told.
bool runtime_state::fetch_parked(task& what, workers::iterator to) {
  const auto found = parked_.find(what.job);
  if (found == parked_.end()) {
    if (!what.delta.empty()) return true;
    caf::anon_send(what.owner, job_lost{what.job, loss::dropped});
    return false;
  }
  auto& heap = found->second;
  if (heap.on == to->first) {
    what.where = heap.where;
    what.delta.clear();
    parked_bytes_ -= heap.where.bytes;
    parked_.erase(found);
    return true;
  }
  const auto bytes = heap.memory->at(heap.where);
  what.delta.assign(bytes.data(), bytes.size());
  drop_parked(found);
  return true;
}

void runtime_state::give(workers::iterator to, task& what) {
  auto& one = to->second;
  if (one.bound.what == binding::kind::none) one.bound = binding_of(what);
  ++one.assigned;
  ++one.executions;
  one.lent_to_holder = workers_held(what.tenant) > 0;
  caf::anon_send(one.actor, std::move(what));
  if (one.bound.what == binding::kind::once)
    retire(to->first, one, "it served its one execution");
  else if (one.executions >= setup_.pool.executions_per_worker)
    retire(to->first, one, "it served its share of executions");
}

void runtime_state::on_turns_over(const turns_over& news) {
  slots_freed freed{self_, {}};
  for (const auto& turn : news.turns)
    if (turn.was_queued) freed.tenants.push_back(turn.tenant);
  if (!freed.tenants.empty()) caf::anon_send(setup_.balancer, std::move(freed));
  const auto at = workers_.find(news.worker);
  if (at == workers_.end()) return;
  for (const auto& turn : news.turns) on_turn_over(*at, turn);
  setup_.shown->parked_bytes = parked_bytes_;
  place_waiting();
}

void runtime_state::on_turn_over(workers::value_type& at, const turn_over& news) {
  auto& [id, one] = at;
  if (one.assigned > 0) --one.assigned;
  if (one.assigned == 0) {
    one.idle_since_ms = now_ms();
    one.lent_to_holder = false;
  }
  if (news.waiting && news.where.bytes > 0) {
    if (!is_wanted(news.card, news.job)) return caf::anon_send(one.actor, forget_job{news.job, news.where});
    parked_bytes_ += news.where.bytes;
    const auto kept = parked_.insert_or_assign(news.job, parked{id, one.memory, news.where}).first;
    if (parked_bytes_ > setup_.pool.parked_bytes) drop_parked(kept);
  }
}

void runtime_state::on_wish(const worker_wish& wish) {
  const auto at = workers_.find(wish.worker);
  if (at == workers_.end()) return;
  auto& one = at->second;
  if (wish.what == worker_wish::kind::kill) return kill(wish.worker, wish.reason);
  one.busy = wish.what == worker_wish::kind::busy;
  one.busy_tenant = wish.tenant;
  tell_capacity();
  if (!one.busy) place_waiting();
}

/// Executions that had not begun go back to the queue, except those that go on from a parked heap: these are placed
/// again here.
void runtime_state::take_back(handed_back& back) {
  const auto at = workers_.find(back.worker);
  handed_back unbegun{self_, back.worker, {}};
  for (auto& what : back.tasks) {
    if (at != workers_.end() && at->second.assigned > 0) --at->second.assigned;
    if (what.what != task::kind::resume) {
      unbegun.tasks.push_back(std::move(what));
      continue;
    }
    if (what.delta.empty() && at != workers_.end()) {
      parked_bytes_ += what.where.bytes;
      parked_.insert_or_assign(what.job, parked{back.worker, at->second.memory, what.where});
    }
    waiting_.push_front(std::move(what));
  }
  if (!unbegun.tasks.empty()) caf::anon_send(setup_.balancer, std::move(unbegun));
  place_waiting();
}

void runtime_state::forget(job_id job) {
  if (const auto found = parked_.find(job); found != parked_.end()) drop_parked(found);
  std::erase_if(waiting_, [&](const task& what) {
    if (what.job != job) return false;
    drop(what);
    return true;
  });
}

void runtime_state::drop_parked(std::unordered_map<job_id, parked>::iterator which) {
  auto& heap = which->second;
  parked_bytes_ -= heap.where.bytes;
  if (const auto at = workers_.find(heap.on); at != workers_.end()) {
    caf::anon_send(at->second.actor, forget_job{which->first, heap.where});
  }
  parked_.erase(which);
}

runtime_actor::behavior_type runtime(runtime_actor::stateful_pointer<runtime_state> self, runtime_setup setup) {
  return self->state.start(self, std::move(setup));
}

} // namespace enclaved
