// The events of a session, in order. Clients are told what is recorded here and nothing else; who comes back later
// reads it from here. What a store keeps as well may leave memory, and what is too old may be forgotten.
#pragma once

#include "wire/events.hpp"

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace enclaved {

class history {
public:
  struct event {
    wire::event_type type;
    std::uint32_t execution = 0; ///< its number in this session, 0: none
    std::int64_t time_ms = 0;
    std::string payload = {}; ///< MessagePack
  };

  /// Events are counted from 1, without holes.
  std::uint64_t append(event what);
  std::uint64_t last() const { return first_in_memory_ + events_.size() - 1; }
  bool is_empty() const { return last() == 0; }
  /// The oldest one that is still known, and the oldest one that is in memory.
  std::uint64_t first() const { return first_; }
  std::uint64_t first_in_memory() const { return first_in_memory_; }
  const event& at(std::uint64_t seq) const { return events_[seq - first_in_memory_]; }
  std::size_t bytes() const { return bytes_; } ///< of all that are known

  /// Whoever keeps events elsewhere frees memory down to about `bytes`, but keeps those from `needed` on.
  void leave_memory(std::size_t bytes, std::uint64_t needed);
  /// Events below `first` and executions below `execution` are not known any more; the events had `bytes`.
  void forget_below(std::uint64_t first, std::uint32_t execution, std::size_t bytes);
  /// As if events and executions before these had been there and forgotten.
  void begin_at(std::uint64_t first, std::uint32_t execution);

  /// Executions are counted from 1, too.
  std::uint32_t add_execution(std::string id);
  std::string_view execution(std::uint32_t number) const;
  std::uint32_t executions() const { return first_execution_ + static_cast<std::uint32_t>(executions_.size()) - 1; }
  bool knows_execution(std::string_view id) const;

  static std::size_t size_of(const event& what) { return what.payload.size() + sizeof(event); }

private:
  std::deque<event> events_;
  std::vector<std::string> executions_;
  std::uint64_t first_ = 1;
  std::uint64_t first_in_memory_ = 1;
  std::uint32_t first_execution_ = 1;
  std::size_t bytes_ = 0;
  std::size_t bytes_in_memory_ = 0;
};

} // namespace enclaved
