// What a durable session writes down, and what waits until it is durable.
#include "actors/session.hpp"
#include "actors/store_index.hpp"
#include "base/log.hpp"

#include <algorithm>
#include <caf/send.hpp>

namespace enclaved {

using kind = store::change::kind;

/// After whatever happened: what it changed is handed to the journal, and the next thing that is due is planned.
void session_state::settle() {
  if (over_) return;
  commit();
  if (may_rest_in_store(now_ms())) return finish(aftermath::rests_in_store);
  plan_wake_up();
}

/// Everything since the last time is one entry, or as good as none.
void session_state::commit() {
  if (!facts_.is_empty()) {
    change({.what = kind::append, .session = setup_.stored, .number = next_entry_, .body = facts_.take()});
    keep_entry();
  }
  const bool somebody_waits = !held_.empty() || (durable() && !now_ && queue_.empty());
  const bool is_known = asked_for_ >= handed_over_;
  if (changes_.empty() && (!somebody_waits || is_known)) return;
  if (!changes_.empty()) ++handed_over_;
  if (somebody_waits) asked_for_ = handed_over_;
  caf::anon_send(setup_.around->journal, journal_write{somebody_waits ? session_actor(self_) : session_actor{},
                                                       setup_.key, handed_over_, std::exchange(changes_, {})});
}

/// The entry that has been gathered, or read back, is in the store.
void session_state::keep_entry() {
  entry_.number = next_entry_++;
  kept_.push_back(entry_);
  entry_ = {0, history_.last() + 1, history_.executions() + 1, 0, false};
}

void session_state::on_journaled(const journaled& news) {
  if (over_ || news.key != setup_.key) return;
  durable_ = std::max(durable_, news.position);
  tell_what_was_held();
  if (over_) return;
  free_memory();
  settle();
}

/// Telling may hold more back, which then comes behind.
void session_state::tell_what_was_held() {
  const auto is_durable = [this](const held& one) { return one.position <= durable_; };
  telling_ = true;
  while (!held_.empty() && is_durable(held_.front())) {
    const auto later = std::find_if_not(held_.begin(), held_.end(), is_durable);
    const std::vector<held> due(std::make_move_iterator(held_.begin()), std::make_move_iterator(later));
    held_.erase(held_.begin(), later);
    for (const auto& one : due) {
      one.tell();
      if (over_) return;
    }
  }
  telling_ = false;
}

/// Nobody needs it in memory: it is idle, written, and followed by nobody who would be told anything.
bool session_state::may_rest_in_store(std::uint64_t now) const {
  if (!durable() || reading_ || closing_ || now_ || !queue_.empty()) return false;
  if (!held_.empty() || !facts_.is_empty() || durable_ < handed_over_ || !pages_.empty()) return false;
  if (setup_.lives == lifetime::kept_run && audience_.wants_nothing()) return true;
  return audience_.empty() && now - idle_since_ms_ >= bounds::session_rests_ms;
}

// -- what is written beside facts -------------------------------------------------------------------------------------

void session_state::note_head() {
  if (!durable()) return;
  fact::head head;
  head.tenant = setup_.tenant;
  head.id = setup_.id;
  head.lives = static_cast<std::uint32_t>(setup_.lives);
  head.created_at_ms = created_at_;
  head.level = plan_.level;
  head.limits = plan_.limits;
  head.ceilings = plan_.ceilings;
  head.tools = fact::pack_tools(tools_);
  head.labels = fact::pack_labels(labels_);
  head.metadata = metadata_;
  head.capabilities = granted_.encoded();
  const auto& oldest = kept_.empty() ? entry_ : kept_.front();
  head.first_entry = kept_.empty() ? next_entry_ : oldest.number;
  head.first_seq = oldest.first_seq;
  head.first_execution = oldest.first_execution;
  head.snapshot = next_entry_;
  head.runs = runs_;
  head.failures = failures_;
  head.tool_calls = tool_calls_;
  head.revision = revision_;
  head.state = state_;
  change({.what = kind::put_head, .session = setup_.stored, .body = fact::packed(head)});
}

void session_state::note_name() {
  change({.what = kind::put_note,
          .name = store_index::name_note(setup_.tenant, setup_.id),
          .body = store_index::packed(
              store_index::named{setup_.stored, created_at_, history_.last(), fact::pack_labels(labels_)})});
}

void session_state::note_accepted(const execution& run) {
  if (!durable()) return;
  wake_up();
  const auto tools = fact::pack_tools(run.tools);
  note(fact::accepted{run.id, run.level, run.messages_per_second, run.script.full_stacks, run.script.seed, wall_ms(),
                      run.script.limits, run.script.code, run.script.inputs, tools, run.key});
  if (!run.key.empty())
    change({.what = kind::put_note,
            .name = store_index::answer_note(setup_.tenant, run.key),
            .body = store_index::packed(store_index::keyed_answer{wall_ms(), setup_.stored, {}})});
}

/// Something runs or waits from now on: whoever opens the store next has to look after it.
void session_state::wake_up() {
  if (!durable()) return;
  if (!std::exchange(unfinished_noted_, true))
    change({.what = kind::put_note, .name = store_index::unfinished_note(setup_.stored)});
  if (rests_until_ms_ != 0)
    change({.what = kind::remove_note, .name = store_index::expiry_note(rests_until_ms_, setup_.stored)});
  rests_until_ms_ = 0;
}

/// Nothing does any more: it is found by its name, until its time is over.
void session_state::rest() {
  if (!durable()) return;
  if (std::exchange(unfinished_noted_, false))
    change({.what = kind::remove_note, .name = store_index::unfinished_note(setup_.stored)});
  rests_until_ms_ = expires_at();
  note(fact::rested{rests_until_ms_});
  change({.what = kind::put_note, .name = store_index::expiry_note(rests_until_ms_, setup_.stored)});
  note_name();
}

void session_state::note_removal() {
  if (!durable()) return;
  wake_up(); // takes the expiry away
  change({.what = kind::remove_note, .name = store_index::unfinished_note(setup_.stored)});
  change({.what = kind::remove_note, .name = store_index::name_note(setup_.tenant, setup_.id)});
  change({.what = kind::remove, .session = setup_.stored, .number = next_entry_});
}

/// Events leave memory when they are in the store and nobody will need them soon.
void session_state::free_memory() {
  if (!durable()) return;
  auto needed = told_ + 1;
  if (now_)
    for (const auto& [number, call] : now_->open) needed = std::min(needed, call.seq);
  history_.leave_memory(bounds::history_in_memory_bytes, needed);
}

/// Before a run begins in a session that nothing runs in: when half of what it may keep is used, runs that are over
/// give way, the oldest first, until a quarter is.
void session_state::make_room() {
  if (now_ || !queue_.empty() || !is_fuller_than(2)) return;
  commit();
  durable() ? forget_entries() : forget_events();
}

bool session_state::is_fuller_than(std::size_t part) const {
  return history_.bytes() >= bounds::journal_bytes_per_session / part ||
         history_.last() + 1 - history_.first() >= bounds::journal_events_per_session / part;
}

void session_state::forget_events() {
  while (is_fuller_than(4)) {
    const auto& oldest = history_.at(history_.first());
    history_.forget_below(history_.first() + 1, oldest.execution, history::size_of(oldest));
  }
}

/// Whole entries, up to one that begins a run.
void session_state::forget_entries() {
  auto gone = kept_.begin();
  for (; gone != kept_.end() && (is_fuller_than(4) || !gone->begins_run); ++gone) {
    const auto& next = gone + 1 == kept_.end() ? entry_ : *(gone + 1);
    history_.forget_below(next.first_seq, next.first_execution, gone->event_bytes);
  }
  kept_.erase(kept_.begin(), gone);
  change({.what = kind::trim, .session = setup_.stored, .number = kept_.empty() ? next_entry_ : kept_.front().number});
  note_head();
}

// -- answers ----------------------------------------------------------------------------------------------------------

void session_state::respond(const asker& whom, std::string answer) {
  if (whom.peer) whom.peer->respond(whom.msgid, answer);
}

void session_state::refuse(const asker& whom, const error& why) {
  if (whom.peer) whom.peer->refuse(whom.msgid, why);
}

/// Whoever asked with the same key is answered by the directory.
void session_state::settle_key(const std::string& key, std::string answer, std::optional<error> refused) {
  if (key.empty()) return;
  caf::anon_send(setup_.around->directory, run_settled{setup_.tenant, key, std::move(answer), std::move(refused)});
}

} // namespace enclaved
