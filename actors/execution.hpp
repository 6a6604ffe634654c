// One run of one script, as its session remembers it: enough to build its heap again at any time.
//
//   queued ──▶ in turn ──waits──▶ waiting ──answers──▶ in turn … ──ends──▶ final
//                 │ heap lost: a new job, the same turns played again, then on from here
#pragma once

#include "actors/messages.hpp"
#include "actors/settings.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace enclaved {

/// The tools that a run may call; none at all means that every name is passed on to the client.
using tool_list = std::shared_ptr<const std::vector<wire::tool_spec>>;

/// A tool call that has no answer yet.
struct open_call {
  std::string tool;
  std::uint64_t seq = 0;         ///< of its `tool_call` event, which keeps the arguments
  std::uint64_t asked_at_ms = 0; ///< steady
  std::uint64_t deadline_ms = 0; ///< steady, 0: none
  std::uint32_t retries_left = 0;
  bool at_most_once = false; ///< asked of one client only, once
  bool asked = false;        ///< it has left for a client
  enum class departure : std::uint8_t { not_noted, is_noted, is_durable };
  departure leaves = departure::not_noted; ///< of a durable session's call that may be asked once
};

struct timer {
  std::uint64_t due_ms = 0;     ///< steady
  std::int64_t wall_due_ms = 0; ///< tells which is first of those that came due while there was no process
};

/// Who waits for the answer to `run`.
struct asker {
  wire::peer_ptr peer; ///< none: the process that was asked is gone
  std::uint32_t msgid = 0;
};

/// The digest of an answer that no client gave.
inline constexpr std::uint64_t answered_by_us = 0;

struct execution {
  std::string id;
  std::uint32_t number = 0; ///< in its session's journal
  asker from;
  engine::script script;
  security_level level = security_level::standard;
  std::uint32_t messages_per_second = 0;
  tool_list tools;

  job_id job = 0;
  bool in_turn = false;                    ///< a task is out; otherwise it waits
  bool is_waiting = false;                 ///< between two turns
  std::uint32_t turn = 0;                  ///< the turn that runs, or the last one that did
  std::uint32_t parts = 0;                 ///< of that turn, recorded so far
  bool is_rebuilt = false;                 ///< it has been, at least once
  std::size_t calls_played = 0;            ///< of those made before, while they are played again
  std::vector<engine::batch> batches;      ///< what each turn after the first brought in
  std::vector<std::uint64_t> turn_digests; ///< of the calls each finished turn made
  std::uint64_t digest = 0;                ///< of the calls of the running turn so far
  std::uint64_t replay_digest = 0;         ///< of a turn that is played again
  engine::spent costs;

  std::map<std::uint32_t, open_call> open;         ///< by number
  std::map<std::uint32_t, std::uint64_t> answered; ///< digests of the answers
  std::map<std::uint32_t, timer> timers;           ///< by number
  std::vector<engine::answer> arrived;             ///< for the next turn
  std::vector<std::uint64_t> call_seqs;            ///< of the `tool_call` events, in the order of the calls
  std::string begun_by;                            ///< the version of the program that ran it first

  std::string key; ///< of idempotency, empty: none

  std::uint64_t accepted_at_ms = 0; ///< steady
  std::uint64_t deadline_at_ms = 0; ///< steady, 0: none
  std::uint64_t started_at_ms = 0;  ///< steady, when it left the queue
  std::uint64_t queue_ms = 0;
  std::uint64_t output_bytes = 0;
  std::uint32_t crashes = 0;      ///< of its workers, by its own fault
  std::uint32_t rebuilds = 0;     ///< for whatever reason
  std::uint64_t window_at_ms = 0; ///< the second in which messages are counted
  std::uint32_t window_messages = 0;
  std::uint64_t next_turn_at_ms = 0;    ///< not before: it sent too many messages
  std::uint64_t rebuild_at_ms = 0;      ///< steady; no runtime had room for building it again, 0: it is not waiting
  std::uint64_t heap_kept_until_ms = 0; ///< steady; then its heap leaves memory, 0: it has
};

} // namespace enclaved
