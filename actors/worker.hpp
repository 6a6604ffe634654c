// One worker process, as an actor.
//
//   spawned ──ready──▶ idle ◀──turn over── running ──over 50 ms──▶ busy (what waits behind it is handed back)
//      │                │ task ──────────────▲ │                      │
//      └──ended─────────┴──────────ended───────┴────────ended─────────┴──▶ closed
//
// Frames are answered in the order they were sent, so the first assignment is the one that runs. The pipe is untrusted:
// a frame that does not fit ends the process. When a process has ended, what it said before is read first: whoever is
// the first assignment then is the one that ran.
#pragma once

#include "actors/messages.hpp"
#include "base/link.hpp"
#include "engine/rules.hpp"
#include "engine/shared_memory.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace enclaved {

/// What a worker actor is given at birth.
struct worker_setup {
  worker_id id = 0;
  runtime_actor runtime;
  std::shared_ptr<engine::shared_memory> memory;
  /// Opens the pipe, with handlers that lead to the actor.
  std::function<std::unique_ptr<link>(link_handlers)> open_pipe;
  engine::script_rules rules = {}; ///< told to the process before any script
};

class worker_state {
public:
  worker_actor::behavior_type start(worker_actor::pointer self, worker_setup setup);

private:
  struct assignment {
    task what;
    std::uint32_t frame = 0; ///< its number on the pipe
    bool stopped = false;    ///< somebody wants it to end; it is told when its turn has come
  };

  void assign(task& what);
  void on_frames(std::string_view frames);
  void on_first(std::string_view bytes);
  void on_report(std::string bytes);
  void on_tick(std::uint64_t generation);
  void on_pipe_closed();
  void on_ended(const process_ended& how);
  void close(const process_ended& how);
  void hand_back_what_waits();
  void stop(job_id job);
  void retire();
  void close_when_idle();
  void kill(std::string reason);
  void flush_soon();
  void write_gathered();
  void begin_watch();
  void next_head();
  void stop_head();
  void see_what_has_begun();
  std::uint64_t now_ms() const;

  worker_actor::pointer self_ = nullptr;
  worker_setup setup_;
  std::unique_ptr<link> pipe_;
  std::deque<assignment> assigned_;       ///< sent and not answered; the first one runs
  std::vector<turn_over> over_;           ///< told together, with the read that brought them
  std::unordered_set<job_id> taken_back_; ///< whose reports do not count any more
  std::uint32_t frames_ = 0;              ///< sent so far, or gathered
  std::uint32_t written_ = 0;             ///< of them, the last one that has left
  std::uint32_t begun_ = 0;               ///< the last one that the process was ever seen to have begun
  std::string gathered_;                  ///< frames that leave together, when the mailbox has been looked through
  std::uint64_t head_since_ms_ = 0;       ///< when the first assignment began, or else became the first
  bool head_begun_ = false;
  std::uint64_t ticks_ = 0; ///< generation of the watch
  bool busy_told_ = false;
  bool ready_ = false;
  bool retiring_ = false;
  bool pipe_over_ = false;             ///< nothing more comes from it
  std::optional<process_ended> ended_; ///< how the process did
  std::uint32_t stuck_ = 0;            ///< the frame for which the watchdog asked for its end, 0: for none
  bool deaf_ = false;                  ///< we asked for its end, as the process did not take what it was sent
  std::string kill_reason_;            ///< why we asked for its end; empty: we did not
};

worker_actor::behavior_type worker(worker_actor::stateful_pointer<worker_state> self, worker_setup setup);

} // namespace enclaved
