#include "actors/journal.hpp"

#include "actors/facts.hpp"
#include "actors/guard.hpp"
#include "actors/store_index.hpp"
#include "base/bounds.hpp"
#include "base/log.hpp"

#include <algorithm>
#include <caf/send.hpp>
#include <chrono>
#include <filesystem>

namespace enclaved {

namespace {

constexpr std::chrono::milliseconds tick_every{250};
constexpr std::size_t sessions_in_a_page = 256;
constexpr std::uint64_t numbers_in_a_block = 1'000'000;
constexpr std::uint64_t sweeps_from_the_beginning = 2'400; ///< every ten minutes, when there is little to do

std::size_t size_of(const store::changes& what) {
  std::size_t bytes = 0;
  for (const auto& one : what) bytes += one.body.size() + one.name.size() + sizeof one;
  return bytes;
}

} // namespace

journal_actor::behavior_type journal_state::start(journal_actor::pointer self, journal_setup setup) {
  self_ = self;
  setup_ = std::move(setup);
  guard(self_, "journal");
  open_store();
  self_->delayed_send(self_, tick_every, tick{});
  return {
      [this](journal_write& what) { write(what); },
      [this](flush) {
        flush_is_coming_ = false;
        flush_now();
      },
      [this](const read_session& what) { read(what); },
      [this](const find_session& what) { find(what); },
      [this](const find_answer& what) { find_keyed(what); },
      [this](list_stored& what) { list(what); },
      [this](const remove_expired& what) { remove(what); },
      [this](const back_up& what) { back_up_to(what); },
      [this](serve_directory& what) {
        directory_ = std::move(what.who);
        tell_directory();
      },
      [this](tick) { on_tick(); },
  };
}

// -- opening ----------------------------------------------------------------------------------------------------------

void journal_state::open_store() {
  auto opened = setup_.open();
  std::string problem;
  if (opened) {
    auto numbers = (*opened)->note(store_index::numbers_note);
    if (!numbers)
      problem = numbers.problem().message;
    else if (*numbers && !(*numbers)->damaged)
      reserved_ = store_index::unpacked_number((*numbers)->body).value_or(0);
    if (problem.empty()) store_ = std::move(*opened);
  } else if (opened.problem().code == error_code::unavailable) {
    setup_.shown->store.is_ill(opened.problem().message);
  } else {
    problem = opened.problem().message;
  }
  if (store_) setup_.shown->store.is_well_now();
  if (auto told = std::exchange(setup_.on_first_attempt, nullptr)) {
    if (!store_ && problem.empty())
      log::warn("journal goes on without its store", {{"reason", setup_.shown->store.why_not()}});
    return told(problem);
  }
  if (!problem.empty()) return setup_.on_fatal({error_code::internal, problem});
  if (store_) {
    log::info("journal has its store");
    tell_directory();
  }
}

/// What the directory has to know before the first durable session: which numbers are free, and what is unfinished.
void journal_state::tell_directory() {
  if (!store_ || !directory_) return;
  std::string after;
  for (;;) {
    auto page = store_->notes(store_index::unfinished, after, sessions_in_a_page);
    if (!page) return on_problem(page.problem());
    unfinished_sessions found;
    for (const auto& note : *page) {
      after = note.name;
      const auto stored = store_index::number_of_unfinished(note.name);
      if (!stored) continue;
      auto body = store_->head(*stored);
      const bool readable = body && *body && !(*body)->damaged;
      auto head = readable ? fact::unpacked_head((*body)->body) : std::nullopt;
      if (!head) {
        log::error("journal cannot read the head of an unfinished session; look at the store with `enclaved fsck`",
                   {{"number", *stored}});
        setup_.operators->tell("session_damaged", {{"number", std::uint64_t{*stored}}});
        continue;
      }
      auto& one = found.which.emplace_back(stored_session{*stored, head->tenant, head->id, head->created_at_ms, {}});
      fact::unpack_labels(head->labels, one.labels);
    }
    if (!found.which.empty()) caf::anon_send(directory_, std::move(found));
    if (page->size() < sessions_in_a_page) break;
  }
  caf::anon_send(directory_, store_ready{reserved_ + 1});
  count_resting();
}

void journal_state::count_resting() {
  std::string after;
  for (std::size_t found = sessions_in_a_page; found == sessions_in_a_page;) {
    auto page = store_->notes(store_index::expiries, after, sessions_in_a_page);
    if (!page) return on_problem(page.problem());
    found = page->size();
    setup_.shown->sessions_resting += found;
    if (found > 0) after = page->back().name;
  }
}

// -- writing ----------------------------------------------------------------------------------------------------------

void journal_state::write(journal_write& what) {
  pending_bytes_ += size_of(what.what);
  pending_.push_back(std::move(what));
  if (!std::exchange(flush_is_coming_, true)) caf::anon_send(self_, flush{});
}

void journal_state::flush_now() {
  while (!pending_.empty() && store_ && setup_.shown->store.is_well()) {
    std::size_t writes = 0;
    for (std::size_t bytes = 0; writes < pending_.size() && bytes < bounds::journal_batch_bytes; ++writes)
      bytes += size_of(pending_[writes].what);
    if (auto written = write_batch(writes); !written) return on_problem(written.problem());
    for (std::size_t i = 0; i < writes; ++i) {
      auto& one = pending_[i];
      if (one.owner) caf::anon_send(one.owner, journaled{one.key, one.position});
    }
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(writes));
  }
}

/// The first `writes` of what waits; they stay there until it has succeeded.
status journal_state::write_batch(std::size_t writes) {
  store::changes batch;
  for (std::size_t i = 0; i < writes; ++i) batch.insert(batch.end(), pending_[i].what.begin(), pending_[i].what.end());
  reserve_numbers(batch);
  return store_->write(batch);
}

/// A number is reserved on disk before or with its first use, so none is used twice, whatever is removed.
void journal_state::reserve_numbers(store::changes& batch) {
  store::session_number highest = 0;
  for (const auto& one : batch)
    if (one.what == store::change::kind::put_head) highest = std::max(highest, one.session);
  if (highest < reserved_) return;
  reserved_ = highest + numbers_in_a_block;
  batch.push_back({.what = store::change::kind::put_note,
                   .name = std::string(store_index::numbers_note),
                   .body = store_index::packed_number(reserved_)});
}

/// What waiting can help is waited for. Otherwise nobody can tell what is on the disk: the process ends, and the next
/// one looks.
void journal_state::on_problem(const error& why) {
  if (why.code != error_code::unavailable) return setup_.on_fatal(why);
  if (setup_.shown->store.is_well()) {
    log::error("journal cannot write: durable work is refused until it can", {{"reason", why.message}});
    setup_.operators->tell("store_ill", {{"reason", std::string_view(why.message)}});
  }
  setup_.shown->store.is_ill(why.message);
}

void journal_state::on_tick() {
  self_->delayed_send(self_, tick_every, tick{});
  if (!store_) {
    open_store();
    return;
  }
  if (!setup_.shown->store.is_well()) {
    if (auto again = store_->recover(); !again) return on_problem(again.problem());
    // Only a write that succeeds shows that writes do.
    if (auto tried = store_->write(
            {{.what = store::change::kind::put_note, .name = "tried", .body = store_index::packed_number(1)}});
        !tried)
      return on_problem(tried.problem());
    setup_.shown->store.is_well_now();
    log::info("journal can write again");
    setup_.operators->tell("store_well", {});
    flush_now();
  }
  sweep_sessions();
  sweep_answers();
}

// -- reading ----------------------------------------------------------------------------------------------------------

namespace {

error not_open() { return {error_code::unavailable, "the store cannot be read now", 1'000}; }

} // namespace

/// What was written before is read: it is in the store, or it still waits and goes there now.
void journal_state::read(const read_session& what) {
  session_read answer{what.key, what.token, {}, {}, false, std::nullopt};
  flush_now();
  auto first = what.first;
  if (!store_) {
    answer.problem = not_open();
  } else if (first == 0) {
    if (auto head = store_->head(what.stored); !head)
      answer.problem = head.problem();
    else if (!*head || (*head)->damaged)
      answer.problem = error{error_code::internal, "the session's head is missing or damaged in the store"};
    else if (auto known = fact::unpacked_head((*head)->body); !known)
      answer.problem = error{error_code::internal, "the session's head cannot be read"};
    else {
      answer.head = std::move((*head)->body);
      first = known->first_entry;
    }
  }
  if (!answer.problem) {
    auto page = store_->entries(what.stored, first, bounds::journal_page_bytes);
    if (!page)
      answer.problem = page.problem();
    else
      answer.entries = std::move(*page);
    answer.more = !answer.entries.empty();
  }
  caf::anon_send(what.owner, std::move(answer));
}

void journal_state::find(const find_session& what) {
  session_found answer{{0, what.tenant, what.id, 0, {}}, std::nullopt};
  flush_now();
  if (!store_) {
    answer.problem = not_open();
  } else if (auto note = store_->note(store_index::name_note(what.tenant, what.id)); !note) {
    answer.problem = note.problem();
  } else if (*note) {
    const auto named = (*note)->damaged ? std::nullopt : store_index::unpacked_named((*note)->body);
    if (named && fact::unpack_labels(named->labels, answer.which.labels)) {
      answer.which.stored = named->stored;
      answer.which.created_at = named->created_at_ms;
    } else
      answer.problem = error{error_code::internal, "the session's name is damaged in the store"};
  }
  caf::anon_send(directory_, std::move(answer));
}

void journal_state::find_keyed(const find_answer& what) {
  answer_found answer{what.tenant, what.key, {}, std::nullopt};
  flush_now();
  if (!store_) {
    answer.problem = not_open();
  } else if (auto note = store_->note(store_index::answer_note(what.tenant, what.key)); !note) {
    answer.problem = note.problem();
  } else if (*note) {
    if ((*note)->damaged)
      answer.problem = error{error_code::internal, "the answer to this key is damaged in the store"};
    answer.note = std::move((*note)->body);
  }
  caf::anon_send(directory_, std::move(answer));
}

void journal_state::list(list_stored& what) {
  stored_listed answer{std::move(what.asked), {}, false};
  flush_now();
  const auto beginning = store_index::name_note(what.tenant, {});
  if (store_) {
    auto page =
        store_->notes(beginning, what.after.empty() ? std::string() : beginning + what.after, bounds::page_entries);
    if (page) answer.names = std::move(*page);
    answer.more = answer.names.size() == bounds::page_entries;
  }
  caf::anon_send(directory_, std::move(answer));
}

void journal_state::back_up_to(const back_up& what) {
  const auto& asked = std::get<wire::admin_backup>(what.asked.what);
  const auto path = asked.path.starts_with('/') ? asked.path : setup_.backups_folder + "/" + asked.path;
  flush_now();
  if (!store_) return what.asked.from->refuse(what.asked.msgid, not_open());
  std::error_code ignored; // what is wrong with the folder, the backup says
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
  if (auto made = store_->backup(path); !made) return what.asked.from->refuse(what.asked.msgid, made.problem());
  log::info("journal made a backup", {{"path", path}});
  pack::buffer out;
  pack::writer(out).map(1).str("path").str(path);
  what.asked.from->respond(what.asked.msgid, out.bytes);
}

// -- what has expired -------------------------------------------------------------------------------------------------

/// The directory is asked first: it knows which of them are in use. What lies before what has been removed is gone, and
/// finding that out again takes the store long; so it is looked at now and then only, for the sake of clocks that jump.
void journal_state::sweep_sessions() {
  if (!directory_ || !setup_.shown->store.is_well()) return;
  if (++sweeps_ % sweeps_from_the_beginning == 0) swept_to_.clear();
  auto page = store_->notes(store_index::expiries, swept_to_, sessions_in_a_page);
  if (!page) return on_problem(page.problem());
  const auto now = setup_.wall_ms();
  expired_sessions due;
  expired_.clear();
  for (const auto& note : *page) {
    const auto expiry = store_index::expiry_of(note.name);
    if (!expiry || expiry->at_ms > now) break;
    expired_.emplace(expiry->stored, note.name);
    due.which.push_back(expiry->stored);
  }
  sweep_found_many_ = due.which.size() == sessions_in_a_page;
  if (!due.which.empty()) caf::anon_send(directory_, std::move(due));
}

void journal_state::remove(const remove_expired& what) {
  if (!store_) return;
  journal_write gone;
  for (const auto stored : what.which) {
    const auto note = expired_.find(stored);
    if (note == expired_.end()) continue;
    auto body = store_->head(stored);
    if (!body) return on_problem(body.problem());
    if (*body && !(*body)->damaged)
      if (const auto head = fact::unpacked_head((*body)->body))
        gone.what.push_back(
            {.what = store::change::kind::remove_note, .name = store_index::name_note(head->tenant, head->id)});
    gone.what.push_back({.what = store::change::kind::remove, .session = stored});
    gone.what.push_back({.what = store::change::kind::remove_note, .name = note->second});
    swept_to_ = std::max(swept_to_, note->second);
    expired_.erase(note);
    --setup_.shown->sessions_resting;
  }
  if (!gone.what.empty()) write(gone);
  flush_now();
  if (sweep_found_many_ && !what.which.empty()) sweep_sessions();
}

/// A page a tick, all of them every few minutes.
void journal_state::sweep_answers() {
  const auto now = setup_.wall_ms();
  if (now < sweep_answers_at_ms_) return;
  auto page = store_->notes(store_index::answers, answers_swept_to_, sessions_in_a_page);
  if (!page) return on_problem(page.problem());
  journal_write gone;
  for (const auto& note : *page) {
    answers_swept_to_ = note.name;
    const auto kept = note.damaged ? std::nullopt : store_index::unpacked_answer(note.body);
    if (kept && now - kept->at_ms < static_cast<std::int64_t>(bounds::idempotency_ms)) continue;
    gone.what.push_back({.what = store::change::kind::remove_note, .name = note.name});
  }
  if (!gone.what.empty()) write(gone);
  if (page->size() == sessions_in_a_page) return;
  answers_swept_to_.clear();
  sweep_answers_at_ms_ = now + static_cast<std::int64_t>(bounds::answers_swept_every_ms);
}

journal_actor::behavior_type journal(journal_actor::stateful_pointer<journal_state> self, journal_setup setup) {
  return self->state.start(self, std::move(setup));
}

} // namespace enclaved
