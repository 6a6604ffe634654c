// The connections that follow a session: who wants which events, and who answers its tool calls.
#pragma once

#include "actors/history.hpp"
#include "wire/service.hpp"

#include <string>
#include <vector>

namespace enclaved {

class audience {
public:
  /// A connection that is there already is changed; the newest one that answers calls is asked. False: there are too
  /// many.
  bool join(const wire::peer_ptr& who, std::optional<wire::event_mask> events, std::optional<wire::tool_mode> mode);
  /// Likewise, but the others stay newer; who is there already is not changed.
  void join_behind(const wire::peer_ptr& who, wire::event_mask events, wire::tool_mode mode);
  void leave(const wire::peer_ptr& who);
  bool has(const wire::peer_ptr& who) const;

  /// Tells `encoded` (the map of an event) to all who want its type.
  void tell(wire::event_type type, std::string_view encoded) const;
  bool wants(wire::event_type type) const;
  bool wants_nothing() const; ///< of events
  bool empty() const { return followers_.empty(); }

  /// The connection that is asked for tools; none: calls wait for one.
  wire::peer_ptr answerer() const;

private:
  struct follower {
    wire::peer_ptr who;
    wire::event_mask events = wire::no_events;
    wire::tool_mode mode = wire::tool_mode::none;
  };
  std::vector<follower> followers_; ///< in the order they attached
};

} // namespace enclaved
