// The runtime's processes: the zygote, the birth and death of workers.
#include "actors/runtime.hpp"
#include "actors/worker.hpp"
#include "base/bounds.hpp"
#include "base/log.hpp"

#include <algorithm>
#include <array>
#include <caf/send.hpp>
#include <chrono>
#include <csignal>
#include <sys/socket.h>
#include <unistd.h>

namespace enclaved {

namespace {

constexpr std::uint64_t zygote_retry_ms = 1'000;

constexpr std::size_t shared_bytes = engine::shared_memory::words_bytes + bounds::parked_bytes_per_worker;

} // namespace

// -- the zygote -------------------------------------------------------------------------------------------------------

void runtime_state::start_zygote() {
  zygote_ready_ = false;
  zygote_retry_at_ms_ = 0;
  auto launched = setup_.launch_zygote();
  if (!launched) return lose_zygote(launched.problem().message.c_str());
  zygote_ = std::move(*launched);
  const auto me = caf::actor_cast<runtime_actor>(self_);
  const auto generation = ++zygote_generation_;
  link_handlers handlers{
      .on_frames =
          [me, generation](std::string_view frames) {
            while (const auto frame = take_frame(frames))
              caf::anon_send(me, zygote_frame{generation, std::string(*frame)});
          },
      .on_closed = [me, generation](std::string_view) { caf::anon_send(me, zygote_closed{generation}); },
  };
  zygote_link_ =
      setup_.open_link(zygote_->take_news(), std::move(handlers), bounds::message_bytes, bounds::message_bytes);
  zygote_heard_ms_ = now_ms();
  zygote_asked_ms_ = zygote_silent_ms_ = 0;
}

/// Without its zygote no worker is to be trusted to end when it must, so all of them end; what they ran is rebuilt.
void runtime_state::lose_zygote(const char* why) {
  log::warn("runtime lost its zygote", {{"reason", why}});
  setup_.operators->tell("zygote_lost", {{"reason", std::string_view(why)}});
  zygote_link_.reset();
  zygote_.reset();
  ++zygote_generation_;
  zygote_ready_ = false;
  zygote_retry_at_ms_ = now_ms() + (zygote_failures_ == 0 ? 0 : zygote_retry_ms);
  for (auto& [id, one] : workers_) tell_of_its_end(one, {SIGKILL});
  if (++zygote_failures_ < zygote_failures_in_a_row) return;
  setup_.shown->runtime_ready = false;
  if (auto told = std::exchange(setup_.on_first_ready, nullptr))
    told("no worker process can be started: " + std::string(why));
}

/// From now on it is given nothing: its actor ends with this message.
void runtime_state::tell_of_its_end(worker& which, process_ended how) {
  if (std::exchange(which.ended, true)) return;
  caf::anon_send(which.actor, how);
}

/// Silence is what we could have heard: a process of ours that was held up itself has read no answer meanwhile.
void runtime_state::watch_zygote(std::uint64_t now) {
  const auto passed_ms = now - std::exchange(zygote_watched_ms_, now);
  if (zygote_asked_ms_ != 0) zygote_silent_ms_ += std::min<std::uint64_t>(passed_ms, 2 * runtime_tick.count());
  if (!zygote_) {
    if (now >= zygote_retry_at_ms_) start_zygote();
    return;
  }
  if (zygote_silent_ms_ > bounds::zygote_silence_ms) return lose_zygote("it fell silent");
  if (!zygote_ready_ || zygote_asked_ms_ != 0 || now - zygote_heard_ms_ < bounds::zygote_silence_ms / 4) return;
  if (!zygote_->ping()) return lose_zygote("it does not read");
  zygote_asked_ms_ = now;
}

void runtime_state::on_news(const zygote_frame& frame) {
  engine::zygote_news news;
  if (frame.generation != zygote_generation_) return;
  if (!engine::read_news(frame.bytes, news)) return lose_zygote("it speaks another protocol");
  zygote_heard_ms_ = now_ms();
  zygote_asked_ms_ = zygote_silent_ms_ = 0;
  using kind = engine::zygote_news::kind;
  switch (news.what) {
  case kind::ready: return on_zygote_ready(news);
  case kind::born:
    log::debug("runtime forked a worker", {{"worker", news.id}, {"pid", news.number}});
    setup_.operators->tell("worker_created", {{"worker", news.id}});
    if (const auto at = workers_.find(news.id); at != workers_.end()) at->second.pid = static_cast<pid_t>(news.number);
    return;
  case kind::not_born:
    log::warn("runtime could not fork a worker", {{"worker", news.id}, {"errno", news.number}});
    if (const auto at = workers_.find(news.id); at != workers_.end()) tell_of_its_end(at->second, {SIGKILL});
    return;
  case kind::ended:
    if (const auto at = workers_.find(news.id); at != workers_.end())
      tell_of_its_end(at->second, {static_cast<std::int32_t>(news.number)});
    return;
  case kind::pong: return;
  }
}

void runtime_state::on_zygote_ready(const engine::zygote_news& news) {
  zygote_ready_ = true;
  setup_.shown->sandbox_layers = news.layers;
  const auto missing = engine::sandbox::missing(news.layers);
  if (!missing.empty()) log::warn("sandbox lacks layers that this system does not permit", {{"missing", missing}});
  if (!missing.empty() && setup_.pool.sandbox_required) {
    if (auto told = std::exchange(setup_.on_first_ready, nullptr))
      told("--sandbox=required, but this system does not permit: " + missing);
    return;
  }
  maintain();
}

// -- workers ----------------------------------------------------------------------------------------------------------

bool runtime_state::fork_worker() {
  if (!zygote_ready_) return false;
  std::array<int, 2> ends{-1, -1};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return false;
  const int file = engine::shared_memory::create(shared_bytes);
  auto memory = file < 0 ? nullptr : std::make_shared<engine::shared_memory>(file, shared_bytes);
  const auto id = ++last_worker_;
  const bool asked = memory != nullptr && memory->mapped() && zygote_->fork_worker(id, ends[1], file);
  if (file >= 0) close(file);
  close(ends[1]);
  if (!asked) {
    close(ends[0]);
    log::warn("runtime could not prepare a worker", {{"worker", id}});
    return false;
  }
  worker_setup setup{id, caf::actor_cast<runtime_actor>(self_), memory,
                     [open = setup_.open_link, pipe = ends[0]](link_handlers handlers) {
                       return open(pipe, std::move(handlers), bounds::pipe_frame_bytes, bounds::pipe_queue_bytes);
                     },
                     setup_.pool.rules};
  auto actor = self_->spawn(enclaved::worker, std::move(setup));
  auto& one = workers_[id];
  one.actor = std::move(actor);
  one.memory = std::move(memory);
  one.idle_since_ms = now_ms();
  setup_.shown->workers = static_cast<std::uint32_t>(workers_.size());
  return true;
}

void runtime_state::on_ready(worker_ready news) {
  const auto at = workers_.find(news.worker);
  if (at == workers_.end()) return;
  at->second.ready = true;
  at->second.idle_since_ms = now_ms();
  zygote_failures_ = 0;
  setup_.shown->runtime_ready = true;
  if (auto told = std::exchange(setup_.on_first_ready, nullptr)) told({});
  tell_capacity();
  place_waiting();
}

void runtime_state::on_closed(worker_closed& news) {
  const auto at = workers_.find(news.worker);
  if (at == workers_.end()) return;
  auto& one = at->second;
  const bool for_our_reason = one.distrusted || (one.retiring && !news.by_own_fault);
  const auto& reason = for_our_reason ? one.retire_reason : news.reason;
  log::info("runtime recycled a worker", {{"worker", news.worker}, {"reason", reason}, {"executions", one.executions}});
  setup_.operators->tell("worker_recycled", {{"worker", news.worker}, {"reason", std::string_view(reason)}});
  ++setup_.shown->workers_ended;
  const bool keep_heaps = one.retiring && !news.by_own_fault && !one.distrusted;
  if (!keep_heaps)
    std::erase_if(parked_, [&](const auto& entry) {
      if (entry.second.on != news.worker) return false;
      parked_bytes_ -= entry.second.where.bytes;
      return true;
    });
  for (auto& what : news.unbegun) {
    if (what.what == task::kind::resume && what.delta.empty()) {
      const auto bytes = news.by_own_fault || one.distrusted ? std::span<char>() : one.memory->at(what.where);
      what.delta.assign(bytes.data(), bytes.size());
    }
    waiting_.push_front(std::move(what));
  }
  if (!one.ready) ++zygote_failures_; // it never came to life
  workers_.erase(at);
  setup_.shown->workers = static_cast<std::uint32_t>(workers_.size());
  tell_capacity();
  place_waiting();
}

void runtime_state::retire(worker_id id, worker& which, std::string reason) {
  if (which.retiring) return;
  which.retiring = true;
  which.retire_reason = std::move(reason);
  log::debug("runtime retires a worker", {{"worker", id}, {"reason", which.retire_reason}});
  caf::anon_send(which.actor, enclaved::retire{});
}

void runtime_state::kill(worker_id id, const std::string& reason) {
  log::warn("runtime kills a worker", {{"worker", id}, {"reason", reason}});
  if (const auto at = workers_.find(id); at != workers_.end()) at->second.doomed = true;
  tell_capacity();
  if (zygote_ && !zygote_->kill_worker(id)) lose_zygote("it does not read");
}

} // namespace enclaved
