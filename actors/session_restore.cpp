// A session is read back from the store: its facts, one after the other, make it what it was. Nothing is told and
// nothing is written meanwhile; scripts do not run. What was under way goes on when the last fact is known: a script
// that waited goes on waiting without a heap, and one that ran is built again at once.
#include "actors/overloaded.hpp"
#include "actors/session.hpp"
#include "base/log.hpp"

#include <algorithm>
#include <caf/send.hpp>

namespace enclaved {

namespace {

/// What the process before this one had not finished counts from when it began.
std::uint64_t moment(std::uint64_t now_ms, std::int64_t ago_ms) {
  return now_ms - static_cast<std::uint64_t>(std::max<std::int64_t>(ago_ms, 0));
}

} // namespace

/// What should have been is due now, and nothing waits longer than it was meant to, whatever became of the clock.
std::uint64_t session_state::steady_at(std::int64_t wall_from_ms, std::int64_t wall_due_ms) const {
  const auto whole_ms = std::max<std::int64_t>(wall_due_ms - wall_from_ms, 0);
  return now_ms() + static_cast<std::uint64_t>(std::clamp<std::int64_t>(wall_due_ms - wall_ms(), 0, whole_ms));
}

void session_state::read_back(const session_read& news) {
  if (news.problem) return on_unreadable(*news.problem);
  if (!news.head.empty() && !take_head(news.head))
    return on_unreadable({error_code::internal, "the head of the session cannot be read"});
  for (const auto& one : news.entries)
    if (!fold_entry(one))
      return on_unreadable({error_code::internal, "entry " + std::to_string(one.number) +
                                                      " of the session is missing or damaged in the store; see what "
                                                      "`enclaved fsck` says, or restore a backup"});
  if (news.more)
    caf::anon_send(setup_.around->journal, read_session{self_, setup_.key, setup_.stored, next_entry_, 0});
  else
    on_restored();
}

bool session_state::take_head(const std::string& body) {
  const auto head = fact::unpacked_head(body);
  if (!head || head->lives > static_cast<std::uint32_t>(lifetime::kept_run)) return false;
  if (!fact::unpack_tools(head->tools, tools_) || !fact::unpack_labels(head->labels, labels_)) return false;
  setup_.lives = static_cast<lifetime>(head->lives);
  created_at_ = head->created_at_ms;
  plan_ = {head->level, head->limits, head->ceilings};
  metadata_ = head->metadata;
  if (!head->capabilities.empty()) {
    auto granted = wire::capabilities::decoded(head->capabilities);
    if (!granted) return false;
    granted_ = std::move(*granted);
  }
  history_.begin_at(head->first_seq, head->first_execution);
  next_entry_ = head->first_entry;
  entry_ = {0, head->first_seq, head->first_execution, 0, false};
  read_head_ = std::make_unique<fact::head>(*head);
  return true;
}

bool session_state::fold_entry(const store::piece& one) {
  if (one.damaged || one.number != next_entry_) return false;
  if (one.number == read_head_->snapshot) take_snapshot();
  fact::list_reader facts(one.body);
  for (fact::any what; facts.next(what);) fold(what);
  if (!facts.ok()) return false;
  keep_entry();
  told_ = history_.last();
  free_memory();
  return true;
}

/// What older entries had led to, of which not all are there.
void session_state::take_snapshot() {
  runs_ = read_head_->runs;
  failures_ = read_head_->failures;
  tool_calls_ = read_head_->tool_calls;
  revision_ = read_head_->revision;
  state_ = read_head_->state;
}

bool session_state::fold_state(std::string_view payload) {
  const auto ops = wire::read_state_ops(payload::ops_of(payload));
  if (!ops) return false;
  auto next = wire::patched(state_, *ops);
  if (!next) return false;
  state_ = std::move(*next);
  ++revision_;
  return true;
}

/// What a fact changes. Facts of executions that are over, or whose beginning is not kept, change nothing.
void session_state::fold(const fact::any& what) {
  std::visit(
      overloaded{
          [&](const fact::event& it) {
            history::event event{it.type, it.execution, it.time_ms, std::string(it.payload)};
            entry_.event_bytes += history::size_of(event);
            history_.append(std::move(event));
            if (now_ && it.type == wire::event_type::tool_call) now_->call_seqs.push_back(history_.last());
            if (it.type == wire::event_type::state_patch && next_entry_ >= read_head_->snapshot) fold_state(it.payload);
          },
          [&](const fact::accepted& it) {
            unfinished_noted_ = true;
            rests_until_ms_ = 0;
            auto run = std::make_unique<execution>();
            run->id = it.id;
            run->key = it.key;
            run->level = it.level;
            run->messages_per_second = it.messages_per_second;
            fact::unpack_tools(it.tools, run->tools);
            run->accepted_at_ms = moment(now_ms(), wall_ms() - it.at_ms);
            if (it.limits.deadline_ms != 0)
              run->deadline_at_ms = steady_at(it.at_ms, it.at_ms + static_cast<std::int64_t>(it.limits.deadline_ms));
            run->script = {
                std::string(it.code), std::string(it.inputs), setup_.tenant, it.limits, it.full_stacks, it.seed, 0};
            queue_.push_back(std::move(run));
          },
          [&](const fact::begun& it) {
            const auto number = history_.add_execution(std::string(it.id));
            entry_.begins_run = true;
            now_.reset();
            if (queue_.empty()) return; // it is over, and what was before is not kept
            now_ = std::move(queue_.front());
            queue_.pop_front();
            now_->number = number;
            now_->begun_by = it.version;
            now_->script.clock_ms = it.clock_ms;
            now_->script.state = wire::readable(state_, granted_);
            now_->started_at_ms = moment(now_ms(), wall_ms() - it.clock_ms);
            now_->in_turn = true;
          },
          [&](const fact::refused&) { now_.reset(); },
          [&](const fact::ended& it) {
            now_.reset();
            ++runs_;
            failures_ += it.ok ? 0 : 1;
            tool_calls_ += it.tool_calls;
          },
          [&](const fact::rested& it) {
            unfinished_noted_ = false;
            rests_until_ms_ = it.expires_at_ms;
          },
          [&](const auto& it) {
            if (now_) fold_run(*now_, it);
          },
      },
      what);
}

void session_state::fold_run(execution& run, const fact::any& what) {
  std::visit(overloaded{
                 [&](const fact::part& it) {
                   run.parts = it.parts;
                   run.digest = it.digest;
                 },
                 [&](const fact::turn_over& it) {
                   run.in_turn = false;
                   run.turn_digests.push_back(it.digest);
                   run.costs = {it.run_us, it.cpu_us};
                   run.output_bytes = it.output_bytes;
                 },
                 [&](const fact::turn_begun& it) {
                   run.batches.push_back({it.clock_ms, std::exchange(run.arrived, {})});
                   begin_turn(run);
                 },
                 [&](const fact::asked& it) {
                   open_call call;
                   call.seq = history_.last();
                   call.tool = payload::tool_of(history_.at(call.seq).payload);
                   call.asked_at_ms = moment(now_ms(), wall_ms() - it.at_ms);
                   if (it.deadline_ms != 0) call.deadline_ms = steady_at(it.at_ms, it.deadline_ms);
                   call.retries_left = it.retries_left;
                   call.at_most_once = it.at_most_once;
                   run.open.emplace(it.call, std::move(call));
                 },
                 [&](const fact::left& it) {
                   if (const auto call = run.open.find(it.call); call != run.open.end()) call->second.asked = true;
                 },
                 [&](const fact::retried& it) {
                   if (const auto call = run.open.find(it.call);
                       call != run.open.end() && call->second.retries_left > 0)
                     --call->second.retries_left;
                 },
                 [&](const fact::answered& it) {
                   run.open.erase(it.call);
                   run.answered.insert_or_assign(it.call, it.digest);
                   run.arrived.push_back({it.call, it.ok, it.uncaught, std::string(it.value)});
                 },
                 [&](const fact::late& it) { run.answered.insert_or_assign(it.call, it.digest); },
                 [&](const fact::timer_set& it) {
                   run.timers[it.timer] = {steady_at(it.at_ms, it.due_ms), it.due_ms};
                 },
                 [&](const fact::timer_cancelled& it) { forget_timer(run, it.timer); },
                 [&](const fact::timer_fired& it) {
                   run.timers.erase(it.timer);
                   run.arrived.push_back(firing_of(it.timer));
                 },
                 [&](const fact::lost& it) {
                   run.crashes += it.by_own_fault ? 1 : 0;
                   run.rebuilds += it.counts ? 1 : 0;
                 },
                 [](const auto&) { /* not of a run */ },
             },
             what);
}

/// As it was; now it goes on.
void session_state::on_restored() {
  reading_ = false;
  if (next_entry_ == read_head_->snapshot) take_snapshot();
  told_ = history_.last();
  setup_.card->seq = told_;
  read_head_.reset();
  const auto unfinished = queue_.size() + (now_ ? 1 : 0);
  setup_.around->shown->executions_active += unfinished;
  shows(now_ ? session_status::waiting : session_status::idle);
  if (rests_until_ms_ != 0) {
    const auto idle_ms = static_cast<std::int64_t>(setup_.around->settings.idle_ms);
    idle_since_ms_ = now_ms() - static_cast<std::uint64_t>(
                                    std::clamp<std::int64_t>(idle_ms - (rests_until_ms_ - wall_ms()), 0, idle_ms));
  }
  if (unfinished > 0)
    log::info("session goes on from the store",
              {{"session", setup_.id}, {"events", told_}, {"runs", std::uint64_t{unfinished}}});
  if (now_) take_up();
  begin_next();
  for (const auto& one : std::exchange(early_joins_, {})) join(one);
  for (auto& request : std::exchange(early_, {})) on_request(request);
}

/// The execution that ran or waited when the process before this one ended.
void session_state::take_up() {
  auto& run = *now_;
  setup_.card->job = run.job = 0; // it has no heap
  if (run.in_turn) return rebuild("the server was restarted");
  run.is_waiting = true;
  ++setup_.around->shown->executions_waiting;
  ++setup_.around->shown->executions_resumable;
  std::vector<std::uint32_t> interrupted;
  for (const auto& [number, call] : run.open)
    if (call.at_most_once && call.asked) interrupted.push_back(number);
  for (const auto number : interrupted) {
    const auto message = "tool \"" + run.open.at(number).tool +
                         "\" may be asked once, and the process that asked it ended before it had the answer";
    answer(number, false, payload::failure(message, "TOOL_INTERRUPTED"), outcome::tool_interrupted);
    if (!now_) return;
  }
  fire_timers(now_ms());
  go_on();
}

/// Nothing can be done with it, and nothing is done to it.
void session_state::on_unreadable(const error& why) {
  log::error("session cannot be read back", {{"session", setup_.id}, {"reason", why.message}});
  setup_.around->operators->tell("session_damaged",
                                 {{"session", std::string_view(setup_.id)}, {"reason", std::string_view(why.message)}});
  reading_ = false;
  for (const auto& request : std::exchange(early_, {})) {
    if (std::holds_alternative<wire::session_close>(request.what)) {
      note_removal();
      announce([request] { request.from->respond(request.msgid, std::string(1, '\x80')); });
      commit();
      continue;
    }
    request.from->refuse(request.msgid, why);
  }
  closing_ = true;
  announce([this] { finish(aftermath::rests_in_store); });
}

} // namespace enclaved
