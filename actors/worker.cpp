#include "actors/worker.hpp"

#include "actors/actor_clock.hpp"
#include "actors/guard.hpp"
#include "base/bounds.hpp"
#include "engine/pipe.hpp"

#include <algorithm>
#include <caf/send.hpp>
#include <chrono>
#include <csignal>
#include <sys/wait.h>

namespace enclaved {

namespace {

constexpr std::chrono::milliseconds watch_every{10};
constexpr std::chrono::milliseconds last_words{bounds::worker_last_words_ms};

std::string how_it_ended(int status) {
  if (WIFSIGNALED(status))
    return WTERMSIG(status) == SIGSYS ? "forbidden system call"
                                      : std::string("signal ") + std::to_string(WTERMSIG(status));
  return "exit status " + std::to_string(WEXITSTATUS(status));
}

} // namespace

worker_actor::behavior_type worker_state::start(worker_actor::pointer self, worker_setup setup) {
  self_ = self;
  setup_ = std::move(setup);
  guard(self_, "worker");
  const auto me = caf::actor_cast<worker_actor>(self_);
  pipe_ = setup_.open_pipe({
      .on_frames = [me](std::string_view frames) { caf::anon_send(me, pipe_frames{std::string(frames)}); },
      .on_closed = [me](std::string_view) { caf::anon_send(me, pipe_closed{}); },
      .read_ahead_bytes = bounds::pipe_read_ahead_bytes,
  });
  return {
      [this](task& what) { assign(what); },
      [this](stop_job what) { stop(what.job); },
      [this](const forget_job& what) {
        flush_soon();
        engine::pipe::put_release(gathered_, what.where);
        ++frames_;
      },
      [this](const pipe_frames& what) { on_frames(what.bytes); },
      [this](pipe_closed) { on_pipe_closed(); },
      [this](const process_ended& how) { on_ended(how); },
      [this](enclaved::retire) { retire(); },
      [this](flush) {
        write_gathered();
        close_when_idle();
      },
      [this](tick t) { on_tick(t.generation); },
  };
}

std::uint64_t worker_state::now_ms() const { return steady_ms_of(*self_); }

void worker_state::assign(task& what) {
  flush_soon();
  if (!taken_back_.empty()) taken_back_.erase(what.job); // it may come again
  switch (what.what) {
  case task::kind::start: engine::pipe::put_start(gathered_, what.job, what.script, what.replay, what.costs); break;
  case task::kind::resume:
    engine::pipe::put_resume(gathered_, what.job, what.turn, what.next, what.where, what.delta);
    break;
  case task::kind::check: engine::pipe::put_check(gathered_, what.job, what.script.code); break;
  }
  assigned_.push_back({std::move(what), ++frames_});
  if (assigned_.size() == 1) begin_watch();
}

/// One write for everything that stands in the mailbox now.
void worker_state::flush_soon() {
  if (gathered_.empty()) caf::anon_send(caf::actor_cast<worker_actor>(self_), flush{});
}

void worker_state::write_gathered() {
  if (retiring_ && !pipe_) return gathered_.clear(); // what was to be released goes with the process
  if (!gathered_.empty() && (!pipe_ || !pipe_->send(gathered_))) {
    deaf_ = true;
    kill("its pipe is full");
  } else {
    written_ = frames_;
  }
  gathered_.clear();
}

void worker_state::next_head() {
  head_since_ms_ = now_ms();
  head_begun_ = false;
  if (!assigned_.empty() && assigned_.front().stopped) stop_head();
}

/// The word in shared memory names a frame. There is one word, so only the script that runs is named in it; those that
/// wait behind it are named when their turn has come.
void worker_state::stop_head() {
  auto& [what, frame, stopped] = assigned_.front();
  setup_.memory->words().stop.store(frame);
  what.budget_ms = std::min<std::uint64_t>(what.budget_ms, now_ms() - head_since_ms_);
}

/// The process may write what it likes into the word; what it once had begun stays begun.
void worker_state::see_what_has_begun() {
  begun_ = std::max(begun_, std::min(frames_, static_cast<std::uint32_t>(setup_.memory->words().frames.load())));
}

void worker_state::begin_watch() {
  next_head();
  if (++ticks_ > 1) return; // a tick is on its way and finds the new time
  self_->delayed_send(self_, watch_every, tick{});
}

void worker_state::on_frames(std::string_view frames) {
  const auto brought_bytes = frames.size();
  while (const auto frame = take_frame(frames)) {
    if (ready_)
      on_report(std::string(*frame));
    else
      on_first(*frame);
  }
  if (!over_.empty()) caf::anon_send(setup_.runtime, turns_over{setup_.id, std::exchange(over_, {})});
  if (pipe_) pipe_->worked_off(brought_bytes);
  close_when_idle();
}

void worker_state::on_first(std::string_view bytes) {
  engine::pipe::ready hello;
  if (!engine::pipe::read_ready(bytes, hello) || hello.version != engine::pipe::version)
    return kill("it speaks another protocol");
  ready_ = true;
  if (setup_.rules.any()) {
    flush_soon();
    engine::pipe::put_rules(gathered_, setup_.rules);
    ++frames_;
  }
  caf::anon_send(setup_.runtime, worker_ready{setup_.id, hello.identity});
}

void worker_state::on_report(std::string bytes) {
  engine::pipe::report_head head;
  if (!engine::pipe::read_head(bytes, head)) return kill("it breaks the pipe's protocol");
  if (taken_back_.contains(head.job)) return;
  if (assigned_.empty() || assigned_.front().what.job != head.job) return kill("it speaks for another execution");
  auto& first = assigned_.front().what;
  begun_ = std::max(begun_, assigned_.front().frame);
  using engine::pipe::turn_state;
  if (head.state == turn_state::lost) {
    caf::anon_send(first.owner, job_lost{head.job, loss::dropped});
  } else {
    caf::anon_send(first.owner, turn_report{head.job, setup_.runtime, std::move(bytes)});
  }
  // Turns that are played again are over one by one; the assignment is over with its last one.
  const bool over = head.state == turn_state::ended || head.state == turn_state::lost ||
                    (head.state == turn_state::waiting && head.turn >= first.turn + first.replay.size());
  if (!over) return;
  over_.push_back({head.job, head.state == turn_state::waiting, first.what != task::kind::resume, head.where,
                   std::move(first.tenant), std::move(first.card)});
  assigned_.pop_front();
  next_head();
  if (busy_told_) {
    busy_told_ = false;
    caf::anon_send(setup_.runtime, worker_wish{setup_.id, worker_wish::kind::free, {}, {}});
  }
  if (assigned_.empty()) taken_back_.clear();
}

void worker_state::on_tick(std::uint64_t) {
  ticks_ = 0;
  if (assigned_.empty()) return;
  ticks_ = 1;
  self_->delayed_send(self_, watch_every, tick{});
  const auto& first = assigned_.front().what;
  see_what_has_begun();
  if (!head_begun_ && begun_ >= assigned_.front().frame) {
    next_head(); // on a busy machine it may have waited for a processor until now
    head_begun_ = true;
  }
  const auto ran_ms = now_ms() - head_since_ms_;
  if (!head_begun_ && ran_ms > bounds::worker_silence_ms && kill_reason_.empty()) {
    deaf_ = true;
    kill("it does not begin what it was sent");
  }
  if (ran_ms > bounds::busy_worker_ms) {
    hand_back_what_waits();
    if (!busy_told_) caf::anon_send(setup_.runtime, worker_wish{setup_.id, worker_wish::kind::busy, {}, first.tenant});
    busy_told_ = true;
  }
  if (head_begun_ && ran_ms > first.budget_ms + bounds::watchdog_grace_ms && kill_reason_.empty()) {
    stuck_ = assigned_.front().frame;
    kill("it is stuck past its script's deadline");
  }
}

void worker_state::hand_back_what_waits() {
  // A frame that was taken back is never begun, nor is one before it; so the first one has to have begun.
  if (assigned_.size() < 2 || begun_ < assigned_.front().frame) return;
  const auto begun = std::max(begun_, engine::take_back_frames(setup_.memory->words(), frames_));
  handed_back back{setup_.runtime, setup_.id, {}};
  while (assigned_.size() > 1 && assigned_.back().frame > begun) {
    taken_back_.insert(assigned_.back().what.job);
    back.tasks.push_back(std::move(assigned_.back().what));
    assigned_.pop_back();
  }
  std::reverse(back.tasks.begin(), back.tasks.end());
  if (!back.tasks.empty()) caf::anon_send(setup_.runtime, std::move(back));
}

void worker_state::stop(job_id job) {
  for (std::size_t i = 0; i < assigned_.size(); ++i)
    if (assigned_[i].what.job == job) {
      assigned_[i].stopped = true;
      if (i == 0) stop_head();
    }
}

void worker_state::kill(std::string reason) {
  if (!kill_reason_.empty()) return;
  kill_reason_ = std::move(reason);
  caf::anon_send(setup_.runtime, worker_wish{setup_.id, worker_wish::kind::kill, kill_reason_, {}});
}

void worker_state::retire() {
  retiring_ = true;
  close_when_idle();
}

void worker_state::close_when_idle() {
  if (!retiring_ || !assigned_.empty() || !gathered_.empty()) return;
  pipe_.reset(); // the process ends when its pipe closes
  pipe_over_ = true;
}

/// A process closes its pipe by ending, which the zygote is about to tell; one that lives on is of no use.
void worker_state::on_pipe_closed() {
  if (!pipe_) return; // we have closed it meanwhile
  if (ended_) return close(*ended_);
  if (std::exchange(pipe_over_, true)) return kill("it closed its pipe");
  self_->delayed_send(self_, last_words, pipe_closed{});
}

/// The pipe may still hold what the process said before; it is waited for, but not for ever.
void worker_state::on_ended(const process_ended& how) {
  if (pipe_over_ || ended_) return close(how);
  ended_ = how;
  self_->delayed_send(self_, last_words, how);
}

void worker_state::close(const process_ended& how) {
  pipe_.reset();
  worker_closed news{setup_.id, false, kill_reason_.empty() ? how_it_ended(how.status) : kill_reason_, {}};
  const bool from_outside = WIFSIGNALED(how.status) && WTERMSIG(how.status) == SIGKILL && kill_reason_.empty();
  const bool clean = retiring_ && assigned_.empty();
  if (!assigned_.empty()) {
    see_what_has_begun();
    auto& first = assigned_.front();
    // A script that has taken over its process may hide that it began. So whoever was sent to one that ended by its own
    // fault is not sent to the next one as if nothing had happened.
    const bool hidden = ready_ && first.frame <= written_ && !from_outside;
    if (first.frame <= begun_ || hidden) {
      const bool innocent = from_outside || deaf_ || stuck_ != 0; // who was stuck may have ended after all
      const auto why = first.frame == stuck_ ? loss::stuck : innocent ? loss::killed : loss::crashed;
      caf::anon_send(first.what.owner, job_lost{first.what.job, why});
      caf::anon_send(
          setup_.runtime,
          turns_over{setup_.id,
                     {{first.what.job, false, first.what.what != task::kind::resume, {}, first.what.tenant, {}}}});
      assigned_.pop_front();
    }
    for (auto& item : assigned_) news.unbegun.push_back(std::move(item.what));
    assigned_.clear();
  }
  news.by_own_fault = !clean && !from_outside;
  caf::anon_send(setup_.runtime, std::move(news));
  self_->quit();
}

worker_actor::behavior_type worker(worker_actor::stateful_pointer<worker_state> self, worker_setup setup) {
  return self->state.start(self, std::move(setup));
}

} // namespace enclaved
