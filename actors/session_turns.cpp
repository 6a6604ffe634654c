// How executions go on: turns, rebuilds, ends.
#include "actors/jobs.hpp"
#include "actors/session.hpp"
#include "actors/store_index.hpp"
#include "base/log.hpp"
#include "wire/json.hpp"
#include "wire/values.hpp"

#include <algorithm>
#include <caf/send.hpp>

namespace enclaved {

namespace {

/// Workers that may die under an execution before it is given up, by whoever's fault.
constexpr std::uint32_t rebuilds_at_most = 20;

/// When no runtime has room for one that is built again.
constexpr std::uint32_t rebuild_again_ms = 1'000;

/// FNV-1a, for comparing what a turn did with what it does when it is played again.
std::uint64_t mix(std::uint64_t digest, std::string_view bytes) {
  for (const char byte : bytes) digest = (digest ^ static_cast<unsigned char>(byte)) * 0x100000001b3ULL;
  return (digest ^ 0xff) * 0x100000001b3ULL;
}

std::uint64_t mix(std::uint64_t digest, const engine::pipe::record& what) {
  using kind = engine::pipe::record::kind;
  if (what.what == kind::timer || what.what == kind::timer_cancelled)
    return (mix(digest + what.call, what.text) + what.delay_ms) * 0x100000001b3ULL +
           static_cast<std::uint64_t>(what.what);
  if (what.what == kind::state_patch) return mix(digest, what.data);
  if (what.what != kind::tool_call) return digest;
  return mix(mix(digest + what.call, what.text), what.data);
}

/// A call, as a message shows it.
std::string as_text(std::string_view tool, std::string_view args) {
  constexpr std::size_t enough = 200;
  auto json = wire::to_json(args);
  auto text = json ? std::move(*json) : std::string("…");
  if (text.size() > enough) {
    auto end = enough;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end; // not within a character
    text = text.substr(0, end) + "…";
  }
  return std::string(tool) + "(" + text + ")";
}

/// A value from a worker goes to clients as it is, so it must be one.
bool is_sound(std::string_view value) {
  if (value.empty()) return true;
  pack::reader from(value);
  return wire::step_over_value(from) == wire::value_defect::none && from.at_end();
}

} // namespace

/// The oldest run that waits is the one that runs.
void session_state::take_next() {
  now_ = std::move(queue_.front());
  queue_.pop_front();
  now_->number = history_.add_execution(now_->id);
  now_->started_at_ms = now_ms();
  now_->script.clock_ms = wall_ms();
  now_->script.state = wire::readable(state_, granted_);
  note(fact::begun{now_->id, now_->script.clock_ms, ENCLAVED_VERSION});
  entry_.begins_run = true;
}

void session_state::begin_next() {
  if (now_ || queue_.empty() || closing_) return;
  take_next();
  if (setup_.around->refused->holds(setup_.tenant, now_->script.code, now_->started_at_ms))
    return end_with(outcome::quarantined, "this script ended its worker process again and again; it is refused for " +
                                              std::to_string(bounds::quarantine_ms / 1'000) + " s");
  setup_.card->job = now_->job = next_job();
  now_->in_turn = true;
  shows(session_status::running);
  setup_.around->operators->tell("execution_started",
                                 {{"session", std::string_view(setup_.id)}, {"execution", std::string_view(now_->id)}});
  task first;
  first.job = now_->job;
  first.tenant = setup_.tenant;
  first.level = now_->level;
  first.owner = self_;
  first.card = setup_.card;
  first.budget_ms = now_->script.limits.timeout_ms;
  first.script = now_->script;
  caf::anon_send(setup_.around->balancer, std::move(first));
}

// -- turns ------------------------------------------------------------------------------------------------------------

void session_state::on_report(const turn_report& what) {
  engine::pipe::report report;
  if (!now_ || what.job != now_->job) return;
  const bool readable =
      engine::pipe::read_report(what.frame, report) &&
      std::all_of(report.records.begin(), report.records.end(), [](const auto& one) { return is_sound(one.data); }) &&
      (!report.end || (is_sound(report.end->result) && is_sound(report.end->details)));
  if (!readable) {
    caf::anon_send(setup_.around->runtime, stop_job{what.job});
    return on_lost({what.job, loss::crashed});
  }
  if (report.head.turn < now_->turn || (report.head.turn == now_->turn && report.head.part < now_->parts))
    on_played_again(report);
  else if (report.head.turn == now_->turn)
    on_recorded(report);
  else
    end_with(outcome::replay_diverged, "a worker ran a turn that nobody asked for");
}

/// A part that happened before: it must be what it was.
void session_state::on_played_again(const engine::pipe::report& report) {
  auto& run = *now_;
  const bool earlier_turn = report.head.turn < run.turn;
  if (report.head.turn == 0 && report.head.part == 0) run.calls_played = 0;
  if (report.head.part == 0) run.replay_digest = 0;
  for (const auto& record : report.records) {
    run.replay_digest = mix(run.replay_digest, record);
    if (record.what != engine::pipe::record::kind::tool_call) continue;
    if (auto other = difference(run.calls_played++, record); !other.empty()) return end_as_diverged(other);
  }
  if (report.head.state == engine::pipe::turn_state::part) return;
  if (!earlier_turn || report.head.state != engine::pipe::turn_state::waiting)
    return end_as_diverged("turn " + std::to_string(report.head.turn) + " ended, and had gone on before");
  if (run.turn_digests[report.head.turn] != run.replay_digest)
    end_as_diverged("turn " + std::to_string(report.head.turn) + " left out a call, or set other timers");
}

/// How a call that is played again is not what it was; empty: it is, or nobody knows any more.
std::string session_state::difference(std::size_t which, const engine::pipe::record& now) const {
  const auto& run = *now_;
  if (which >= run.call_seqs.size())
    return "call " + std::to_string(which + 1) + " was not made before: " + as_text(now.text, now.data);
  const auto seq = run.call_seqs[which];
  if (seq < history_.first_in_memory()) return {};
  const auto& was = history_.at(seq).payload;
  if (was == payload::tool_call(call_id(now.call), now.text, now.data)) return {};
  return "call " + std::to_string(which + 1) + " was " + as_text(payload::tool_of(was), payload::args_of(was)) +
         " and is " + as_text(now.text, now.data) + " now";
}

void session_state::end_as_diverged(std::string_view how) {
  const auto& by = now_->begun_by;
  auto message = "the script did something else when it was played again: " + std::string(how);
  if (!by.empty() && by != ENCLAVED_VERSION)
    message += "; it was begun by version " + by + ", this is " ENCLAVED_VERSION;
  end_with(outcome::replay_diverged, message);
}

/// A part that is new: recorded, then told.
void session_state::on_recorded(const engine::pipe::report& report) {
  auto& run = *now_;
  run.parts = report.head.part + 1;
  for (const auto& record : report.records) {
    run.digest = mix(run.digest, record);
    if (history_.bytes() > bounds::journal_bytes_per_session)
      return end_with(outcome::output_limit, "the session's journal is full: it holds " +
                                                 std::to_string(bounds::journal_bytes_per_session) +
                                                 " bytes of output and tool arguments at most; open another session");
    switch (record.what) {
    case engine::pipe::record::kind::print:
      run.output_bytes += record.text.size();
      this->record(wire::event_type::stdout_chunk, payload::stdout_chunk(record.text));
      break;
    case engine::pipe::record::kind::log:
      ++run.window_messages;
      this->record(wire::event_type::log, payload::log(record.level, record.text, record.data));
      break;
    case engine::pipe::record::kind::tool_call:
      ++run.window_messages;
      call_tool(record);
      break;
    case engine::pipe::record::kind::timer:
      ++run.window_messages;
      set_timer(record);
      break;
    case engine::pipe::record::kind::timer_cancelled: cancel_timer(record.call); break;
    case engine::pipe::record::kind::partial_result:
      ++run.window_messages;
      if (const auto path = payload::path_of(record.data); !granted_.allows_event(path))
        return end_with(outcome::capability_denied, wire::event_denied(path));
      this->record(wire::event_type::partial_result, std::string(record.data));
      break;
    case engine::pipe::record::kind::state_patch:
      if (!change_state(record.data)) return;
      break;
    }
  }
  if (report.head.state == engine::pipe::turn_state::part) return note(fact::part{run.parts, run.digest});
  const auto& cost = *report.end;
  run.costs = {cost.run_us, cost.cpu_us};
  if (report.head.state == engine::pipe::turn_state::waiting) return wait();
  payload::final_facts facts;
  facts.how = cost.how;
  facts.result = cost.result;
  facts.message = cost.message;
  facts.stack = cost.stack;
  facts.details = cost.details;
  facts.line = cost.line;
  facts.column = cost.column;
  facts.memory_peak_bytes = cost.memory_peak_bytes;
  facts.tool_calls = cost.tool_calls;
  facts.cache_hit = cost.cache_hit;
  if (facts.how == outcome::timeout)
    this->record(wire::event_type::deadline_exceeded,
                 payload::deadline_exceeded(cost.run_us / 1'000, run.script.limits.timeout_ms));
  end(facts, ended_by::itself);
}

/// What the turn has changed in `$state`. False: the run is over, or its worker is.
bool session_state::change_state(std::string_view data) {
  const auto ops = wire::read_state_ops(data);
  auto next = ops ? wire::patched(state_, *ops) : result<std::string>(ops.problem());
  if (!next) { // no worker of ours says so
    caf::anon_send(setup_.around->runtime, stop_job{now_->job});
    on_lost({now_->job, loss::crashed});
    return false;
  }
  if (const auto denied = wire::denied_write(*ops, granted_); !denied.empty()) {
    end_with(outcome::capability_denied, denied);
    return false;
  }
  state_ = std::move(*next);
  record(wire::event_type::state_patch, payload::state_patch(++revision_, data));
  return true;
}

void session_state::wait() {
  auto& run = *now_;
  run.in_turn = false;
  run.is_waiting = true;
  run.turn_digests.push_back(run.digest);
  run.heap_kept_until_ms = now_ms() + bounds::parked_in_memory_ms;
  note(fact::turn_over{run.digest, run.costs.run_us, run.costs.cpu_us, run.output_bytes});
  ++setup_.around->shown->executions_waiting;
  if (durable()) ++setup_.around->shown->executions_resumable;
  shows(session_status::waiting);
  fire_timers(now_ms()); // one without a delay is due at once
  go_on();
}

/// The next turn, when there is something for it and the execution does not send too much.
void session_state::go_on() {
  if (!now_ || now_->in_turn || now_->arrived.empty()) return;
  auto& run = *now_;
  const auto now = now_ms();
  if (now - run.window_at_ms >= 1'000) {
    run.window_at_ms = now;
    run.window_messages = 0;
  }
  if (run.messages_per_second != 0 && run.window_messages >= run.messages_per_second) {
    run.next_turn_at_ms = run.window_at_ms + 1'000;
    return;
  }
  const bool has_heap = run.job != 0;
  if (!has_heap) tell_restart("the server was restarted");
  task next;
  next.what = task::kind::resume;
  next.next = {wall_ms(), std::exchange(run.arrived, {})};
  for (const auto& item : next.next.answers)
    if ((item.call & engine::timer_mark) == 0)
      record(wire::event_type::tool_result_applied, payload::tool_result_applied(call_id(item.call), item.ok));
  run.batches.push_back(next.next);
  note(fact::turn_begun{next.next.clock_ms});
  begin_turn(run);
  --setup_.around->shown->executions_waiting;
  if (durable()) --setup_.around->shown->executions_resumable;
  if (!has_heap) return play_again();
  shows(session_status::running);
  next.job = run.job;
  next.turn = run.turn;
  next.tenant = setup_.tenant;
  next.level = run.level;
  next.owner = self_;
  next.card = setup_.card;
  next.budget_ms = run.script.limits.timeout_ms - std::min(run.script.limits.timeout_ms, run.costs.run_us / 1'000);
  caf::anon_send(setup_.around->runtime, std::move(next));
}

void session_state::begin_turn(execution& run) {
  run.in_turn = true;
  run.is_waiting = false;
  ++run.turn;
  run.parts = 0;
  run.digest = 0;
}

/// It has waited for long: its heap leaves memory, and is built again when there is something for it.
void session_state::drop_heap() {
  now_->heap_kept_until_ms = 0;
  if (now_->job != 0) caf::anon_send(setup_.around->runtime, forget_job{now_->job, {}});
}

// -- rebuilds ---------------------------------------------------------------------------------------------------------

void session_state::on_lost(job_lost what) {
  if (!now_ || what.job != now_->job) return;
  auto& run = *now_;
  if (what.why == loss::stuck) {
    record(wire::event_type::deadline_exceeded,
           payload::deadline_exceeded(run.script.limits.timeout_ms, run.script.limits.timeout_ms));
    setup_.around->refused->count(setup_.tenant, run.script.code, now_ms());
    return end_by_limit(outcome::timeout, "timeout_ms", run.script.limits.timeout_ms);
  }
  if (what.why == loss::crashed) {
    setup_.around->refused->count(setup_.tenant, run.script.code, now_ms());
    ++run.crashes;
  }
  const bool counts = what.why != loss::dropped;
  run.rebuilds += counts ? 1 : 0;
  note(fact::lost{what.why == loss::crashed, counts});
  if (run.crashes >= bounds::crashes_until_quarantine)
    return end_with(outcome::worker_crashed,
                    "the script ended its worker process " + std::to_string(run.crashes) + " times");
  if (run.rebuilds > rebuilds_at_most)
    return end_with(outcome::worker_crashed,
                    "its worker processes were ended " + std::to_string(run.rebuilds) + " times");
  constexpr std::string_view reasons[] = {"worker killed", "worker crashed", "worker stuck", "memory was needed"};
  rebuild(reasons[static_cast<std::size_t>(what.why)]);
}

/// A new job with the same turns. What they did is known and not told again.
void session_state::rebuild(std::string_view reason) {
  tell_restart(reason);
  play_again();
}

void session_state::tell_restart(std::string_view reason) {
  auto& run = *now_;
  std::size_t calls = 0;
  for (const auto& one : run.batches)
    calls += static_cast<std::size_t>(std::count_if(one.answers.begin(), one.answers.end(), [](const auto& item) {
      return (item.call & engine::timer_mark) == 0;
    }));
  run.is_rebuilt = true;
  log::info("session rebuilds an execution",
            {{"session", setup_.id}, {"execution", run.id}, {"reason", reason}, {"turn", run.turn}});
  record(wire::event_type::execution_restarted, payload::execution_restarted(reason, calls));
}

void session_state::play_again() {
  auto& run = *now_;
  setup_.card->job = run.job = next_job();
  shows(session_status::recovering);
  task again;
  again.job = run.job;
  again.tenant = setup_.tenant;
  again.level = run.level;
  again.owner = self_;
  again.card = setup_.card;
  again.budget_ms = 2 * run.script.limits.timeout_ms;
  again.script = run.script;
  again.replay = run.batches;
  again.costs = run.costs;
  caf::anon_send(setup_.around->balancer, std::move(again));
}

// -- ends -------------------------------------------------------------------------------------------------------------

void session_state::on_refused(const job_refused& what) {
  if (!now_ || what.job != now_->job) return;
  if (durable() && (now_->is_rebuilt || !now_->from.peer)) {
    now_->rebuild_at_ms = now_ms() + what.why.retry_after_ms.value_or(rebuild_again_ms);
    return;
  }
  if (now_->is_rebuilt) return end_with(outcome::worker_crashed, what.why.message);
  const auto refused = std::move(now_);
  setup_.card->job = 0;
  --setup_.around->shown->executions_active;
  idle_since_ms_ = now_ms();
  shows(session_status::idle);
  note(fact::refused{});
  if (durable() && !refused->key.empty())
    change({.what = store::change::kind::remove_note, .name = store_index::answer_note(setup_.tenant, refused->key)});
  if (queue_.empty() && setup_.lives != lifetime::one_run) rest();
  const bool last = setup_.lives == lifetime::one_run && queue_.empty();
  if (last) closing_ = true;
  announce([this, last, from = refused->from, key = refused->key, why = what.why] {
    if (last) finish();
    refuse(from, why);
    settle_key(key, {}, why);
  });
  if (!last) begin_next();
}

void session_state::end_with(outcome how, std::string_view message) {
  payload::final_facts facts;
  facts.how = how;
  facts.message = message;
  end(facts, ended_by::outside);
}

void session_state::end_by_limit(outcome how, std::string_view limit, std::uint64_t value) {
  const auto name = std::string(limit);
  end_with(how, "the script went past " + name + " = " + std::to_string(value) + "; raise limits." + name);
}

/// Every way of an execution leads here, once.
void session_state::end(const payload::final_facts& known, ended_by by) {
  auto& run = *now_;
  setup_.card->job = 0;
  auto facts = known;
  auto& shown = *setup_.around->shown;
  // What never waited is measured where it ran, which is finer.
  const bool never_waited = run.turn == 0 && by == ended_by::itself;
  facts.duration_ms =
      never_waited ? static_cast<double>(run.costs.run_us) / 1'000 : static_cast<double>(now_ms() - run.started_at_ms);
  if (run.job == 0 && run.turn_digests.empty()) facts.duration_ms = 0; // it never ran
  facts.cpu_ms = static_cast<double>(run.costs.cpu_us) / 1'000;
  facts.queue_ms = run.queue_ms;
  facts.stdout_bytes = run.output_bytes;
  facts.tool_calls =
      std::max<std::uint32_t>(facts.tool_calls, static_cast<std::uint32_t>(run.open.size() + run.answered.size()));
  if (by == ended_by::outside && run.job != 0) {
    // It ends from outside: wherever it is, it is not wanted any more.
    if (run.in_turn) caf::anon_send(setup_.around->balancer, withdraw{run.job, setup_.tenant});
    if (run.in_turn) caf::anon_send(setup_.around->runtime, stop_job{run.job});
    caf::anon_send(setup_.around->runtime, forget_job{run.job, {}});
  }
  if (run.is_waiting) --shown.executions_waiting;
  if (run.is_waiting && durable()) --shown.executions_resumable;
  withdraw_calls("the execution ended");
  // A session that ends with this run leaves no journal, so its last event is for those who follow it only.
  const bool last = setup_.lives == lifetime::one_run && queue_.empty();
  if (!last) keep_answers();
  if (!last || audience_.wants(wire::event_type::final)) record(wire::event_type::final, payload::final(facts));
  ++runs_;
  ++shown.executions_total;
  --shown.executions_active;
  if (facts.how != outcome::ok) {
    ++failures_;
    ++shown.executions_failed;
  }
  tool_calls_ += facts.tool_calls;
  setup_.around->operators->tell(facts.how == outcome::ok ? "execution_completed" : "execution_failed",
                                 {{"session", std::string_view(setup_.id)},
                                  {"execution", std::string_view(run.id)},
                                  {"code", row(facts.how).name}});
  note(fact::ended{facts.how == outcome::ok, facts.tool_calls});
  const auto ended = std::move(now_);
  idle_since_ms_ = now_ms();
  shows(session_status::idle);
  if (!last && queue_.empty() && !closing_) rest();
  tell_end(*ended, payload::final(facts, setup_.id, ended->id), last);
  if (!last) begin_next();
}

void session_state::tell_end(const execution& ended, std::string answer, bool last) {
  if (!ended.key.empty())
    change({.what = store::change::kind::put_note,
            .name = store_index::answer_note(setup_.tenant, ended.key),
            .body = store_index::packed(store_index::keyed_answer{wall_ms(), 0, answer})});
  if (last) closing_ = true;
  announce([this, last, from = ended.from, key = ended.key, answer = std::move(answer)] {
    if (last) finish();
    respond(from, answer);
    settle_key(key, answer, std::nullopt);
  });
}

} // namespace enclaved
