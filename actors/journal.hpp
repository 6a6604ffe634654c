// What happened in a session, in order: its events. Clients are told what is recorded here and nothing else; who comes
// back later reads it from here.
#pragma once

#include "wire/events.hpp"

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace enclaved {

class journal {
public:
  struct event {
    wire::event_type type;
    std::uint32_t execution = 0; ///< its number in this session, 0: none
    std::int64_t time_ms = 0;
    std::string payload; ///< MessagePack
  };

  /// Events are counted from 1, without holes.
  std::uint64_t append(event what) {
    bytes_ += what.payload.size() + sizeof(event);
    events_.push_back(std::move(what));
    return events_.size();
  }
  std::uint64_t last() const { return events_.size(); }
  const event& at(std::uint64_t seq) const { return events_[seq - 1]; }
  std::size_t bytes() const { return bytes_; }

  /// Executions are counted from 1, too.
  std::uint32_t add_execution(std::string id) {
    executions_.push_back(std::move(id));
    return static_cast<std::uint32_t>(executions_.size());
  }
  const std::string& execution(std::uint32_t number) const { return executions_[number - 1]; }
  bool knows_execution(std::string_view id) const;

private:
  std::deque<event> events_;
  std::vector<std::string> executions_;
  std::size_t bytes_ = 0;
};

} // namespace enclaved
