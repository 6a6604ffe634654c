#include "actors/session.hpp"

#include "actors/actor_clock.hpp"
#include "actors/guard.hpp"

#include <algorithm>
#include <caf/send.hpp>
#include <chrono>
#include <malloc.h>

namespace enclaved {

namespace {

constexpr std::size_t worth_returning_bytes = 8 * bounds::mib;
constexpr std::uint64_t wake_up_ms = 60'000; ///< ahead at most; what is due later is planned again then

} // namespace

session_actor::behavior_type session_state::start(session_actor::pointer self) {
  self_ = self;
  guard(self_, "session");
  return {
      [this](client_request& request) {
        on_request(request);
        settle();
      },
      [this](client_answer& answer) {
        if (over_) return;
        bool taken = false;
        take_answer(answer.what.call, answer.what.ok, answer.what.value, taken);
        settle();
      },
      [this](const join_run& what) {
        if (over_) return;
        if (reading_) return early_joins_.push_back(what);
        join(what);
        settle();
      },
      [this](const client_gone& what) {
        const bool answered = audience_.answerer() == what.who;
        audience_.leave(what.who);
        std::erase_if(pages_, [&](const auto& one) { return one.second.asked.from == what.who; });
        if (over_) return;
        if (answered) ask_again();
        settle();
      },
      [this](woken what) {
        if (what.at_ms == wake_at_ms_) on_woken();
      },
      [this](job_queued what) {
        if (now_ && now_->job == what.job) shows(session_status::queued);
      },
      [this](job_started what) {
        if (!now_ || now_->job != what.job) return;
        now_->queue_ms = what.queued_ms;
        now_->started_at_ms = now_ms();
        shows(session_status::running);
      },
      [this](const turn_report& report) {
        on_report(report);
        settle();
      },
      [this](job_lost what) {
        on_lost(what);
        settle();
      },
      [this](const job_refused& what) {
        on_refused(what);
        settle();
      },
      [this](begin_session& next) {
        begin(std::move(*next.what));
        settle();
      },
      [this](drain_now) { draining_ = true; },
      [this](const journaled& news) { on_journaled(news); },
      [this](const session_read& news) {
        if (over_ || news.key != setup_.key) return;
        reading_ ? read_back(news) : on_page(news);
        settle();
      },
  };
}

/// Whatever the session before this one had is gone.
void session_state::begin(session_setup&& setup) {
  auto* self = self_;
  *this = session_state();
  self_ = self;
  over_ = false;
  setup_ = std::move(setup);
  created_at_ = wall_ms();
  idle_since_ms_ = now_ms();
  heartbeat_at_ms_ = idle_since_ms_ + bounds::heartbeat_event_ms;
  if (setup_.is_read_back) {
    reading_ = true;
    shows(session_status::recovering);
    caf::anon_send(setup_.around->journal, read_session{self_, setup_.key, setup_.stored, 0, 0});
    return;
  }
  auto first = std::move(setup_.first);
  on_request(first);
}

std::uint64_t session_state::now_ms() const { return steady_ms_of(*self_); }

std::int64_t session_state::expires_at() const {
  return wall_ms() + static_cast<std::int64_t>(setup_.around->settings.idle_ms);
}

/// Recorded first, told after.
void session_state::record(wire::event_type type, std::string payload) {
  history::event what{type, now_ ? now_->number : 0, wall_ms(), std::move(payload)};
  if (durable()) {
    note(fact::event{what.type, what.execution, what.time_ms, what.payload});
    entry_.event_bytes += history::size_of(what);
  }
  const auto seq = history_.append(std::move(what));
  announce([this, seq] { tell(seq); });
}

void session_state::tell(std::uint64_t seq) {
  setup_.card->seq = told_ = seq;
  const auto& event = history_.at(seq);
  if (audience_.wants(event.type)) audience_.tell(event.type, encoded(seq, event));
}

/// The event as clients are told it. The first one is made when somebody wants it, which for a short run is never.
std::string session_state::encoded(std::uint64_t seq, const history::event& event) const {
  if (event.type == wire::event_type::session_init) {
    auto whole = event;
    whole.payload =
        payload::session_init(created_at_ + static_cast<std::int64_t>(setup_.around->settings.idle_ms), plan_.limits);
    return payload::event(setup_.id, seq, whole, {});
  }
  return payload::event(setup_.id, seq, event, history_.execution(event.execution));
}

void session_state::shows(session_status status) { setup_.card->status = status; }

// -- time -------------------------------------------------------------------------------------------------------------

/// A session that has ended leaves its wake-up behind, so none lies far ahead.
void session_state::wake_at(std::uint64_t at_ms) {
  at_ms = std::min(at_ms, now_ms() + wake_up_ms);
  if (wake_at_ms_ != 0 && wake_at_ms_ <= at_ms) return;
  wake_at_ms_ = at_ms;
  caf::anon_send(setup_.around->directory, wake_me{setup_.key, at_ms});
}

/// Sees to it that it is woken when the next thing is due.
void session_state::plan_wake_up() {
  if (over_ || reading_) return;
  const auto never = ~std::uint64_t{0};
  auto next = never;
  if (!now_ && queue_.empty()) {
    next = idle_since_ms_ + setup_.around->settings.idle_ms;
    if (durable() && audience_.empty()) next = std::min(next, idle_since_ms_ + bounds::session_rests_ms);
  }
  if (now_) {
    if (now_->deadline_at_ms != 0) next = std::min(next, now_->deadline_at_ms);
    if (now_->rebuild_at_ms != 0) next = std::min(next, now_->rebuild_at_ms);
    if (!now_->in_turn && now_->heap_kept_until_ms != 0) next = std::min(next, now_->heap_kept_until_ms);
    for (const auto& [number, call] : now_->open)
      if (call.deadline_ms != 0) next = std::min(next, call.deadline_ms);
    for (const auto& [number, one] : now_->timers) next = std::min(next, one.due_ms);
    if (!now_->in_turn && !now_->arrived.empty()) next = std::min(next, now_->next_turn_at_ms);
  }
  if (audience_.wants(wire::event_type::heartbeat)) next = std::min(next, heartbeat_at_ms_);
  if (next != never) wake_at(next);
}

void session_state::on_woken() {
  wake_at_ms_ = 0;
  if (over_ || reading_) return;
  const auto now = now_ms();
  heartbeat(now);
  if (now_)
    go_on_at(now);
  else if (queue_.empty() && now - idle_since_ms_ >= setup_.around->settings.idle_ms && held_.empty())
    expire();
  settle();
}

/// What is due for the execution that runs or waits.
void session_state::go_on_at(std::uint64_t now) {
  auto& run = *now_;
  const auto& limits = run.script.limits;
  if (run.deadline_at_ms != 0 && now >= run.deadline_at_ms) {
    record(wire::event_type::deadline_exceeded,
           payload::deadline_exceeded(now - run.accepted_at_ms, limits.deadline_ms));
    return end_by_limit(outcome::deadline_exceeded, "deadline_ms", limits.deadline_ms);
  }
  if (run.rebuild_at_ms != 0 && now >= run.rebuild_at_ms) {
    run.rebuild_at_ms = 0;
    rebuild("tried again");
  }
  expire_calls(now);
  fire_timers(now);
  go_on();
  if (now_ && !now_->in_turn && now_->heap_kept_until_ms != 0 && now >= now_->heap_kept_until_ms) drop_heap();
}

void session_state::expire() {
  note_removal();
  commit();
  finish();
}

void session_state::heartbeat(std::uint64_t now) {
  if (now < heartbeat_at_ms_) return;
  heartbeat_at_ms_ = now + bounds::heartbeat_event_ms;
  if (!audience_.wants(wire::event_type::heartbeat)) return;
  pack::buffer payload;
  pack::writer(payload).map(1).str("time").integer(wall_ms());
  const history::event beat{wire::event_type::heartbeat, 0, wall_ms(), std::move(payload.bytes)};
  audience_.tell(beat.type, payload::event(setup_.id, 0, beat, now_ ? std::string_view(now_->id) : std::string_view()));
}

/// The session is over, or rests in the store. Requests that are on their way are still answered; the directory gives
/// the next session to this actor. The directory is told before the client is, so that a client that knows finds the
/// session gone.
void session_state::finish(aftermath what) {
  if (std::exchange(over_, true)) return;
  rests_in_store_ = what == aftermath::rests_in_store;
  shows(rests_in_store_ ? session_status::idle : session_status::ended);
  if (rests_in_store_) ++setup_.around->shown->sessions_resting;
  caf::anon_send(setup_.around->directory, session_ended{setup_.key});
  const bool was_large = history_.bytes() > worth_returning_bytes;
  history_ = history();
  ended_calls_.clear();
  if (was_large) malloc_trim(0); // the C library would keep it for later
}

session_actor::behavior_type session(session_actor::stateful_pointer<session_state> self) {
  return self->state.start(self);
}

} // namespace enclaved
