// Writes down what durable sessions say, and reads it back.
//
// Group commit: a write wakes it, and everything that has come until the disk is free goes into one synced batch. The
// batch grows with the load by itself; nothing waits for a timer. Sessions are told what is durable, and tell their
// clients only then.
//
//   not open ──opened──▶ well ──no space, read-only──▶ ill ──can be written again──▶ well
//      └─ tried again       └─ fsync failed, damaged: the process ends; the next one looks at what is there
#pragma once

#include "actors/announcer.hpp"
#include "actors/gauges.hpp"
#include "actors/messages.hpp"
#include "base/result.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace enclaved {

struct journal_setup {
  std::function<result<std::unique_ptr<store::store>>()> open;
  gauges_ptr shown;
  std::shared_ptr<announcer> operators;
  std::function<std::int64_t()> wall_ms;
  /// Nothing may be acknowledged any more. It does not return in a process that serves.
  std::function<void(const error&)> on_fatal;
  /// Called once, after the first attempt to open the store: with the reason why this process must not go on, or empty.
  std::function<void(const std::string& problem)> on_first_attempt;
  std::string backups_folder; ///< where backups go whose path is relative
};

class journal_state {
public:
  journal_actor::behavior_type start(journal_actor::pointer self, journal_setup setup);

private:
  void open_store();
  void tell_directory();
  void count_resting();
  void write(journal_write& what);
  void flush_now();
  status write_batch(std::size_t writes);
  void reserve_numbers(store::changes& batch);
  void on_problem(const error& why);
  void on_tick();

  void read(const read_session& what);
  void find(const find_session& what);
  void find_keyed(const find_answer& what);
  void list(list_stored& what);
  void back_up_to(const back_up& what);

  void sweep_sessions();
  void remove(const remove_expired& what);
  void sweep_answers();

  journal_actor::pointer self_ = nullptr;
  journal_setup setup_;
  std::unique_ptr<store::store> store_;
  sessions_actor directory_;
  std::vector<journal_write> pending_;
  std::size_t pending_bytes_ = 0;
  bool flush_is_coming_ = false;
  store::session_number reserved_ = 0;                             ///< numbers below it may be in use
  std::unordered_map<store::session_number, std::string> expired_; ///< with their notes, until they are removed
  bool sweep_found_many_ = false;
  std::string swept_to_; ///< expiries up to here have been removed
  std::uint64_t sweeps_ = 0;
  std::string answers_swept_to_;
  std::int64_t sweep_answers_at_ms_ = 0;
};

journal_actor::behavior_type journal(journal_actor::stateful_pointer<journal_state> self, journal_setup setup);

} // namespace enclaved
