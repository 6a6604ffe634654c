#include "actors/audience.hpp"

#include "base/bounds.hpp"

#include <algorithm>

namespace enclaved {

bool audience::join(const wire::peer_ptr& who, std::optional<wire::event_mask> events,
                    std::optional<wire::tool_mode> mode) {
  follower one{who};
  if (const auto found =
          std::find_if(followers_.begin(), followers_.end(), [&](const follower& f) { return f.who == who; });
      found != followers_.end()) {
    one = *found;
    followers_.erase(found);
  } else if (followers_.size() >= bounds::subscribers_per_session) {
    return false;
  }
  one.events = events.value_or(one.events);
  one.mode = mode.value_or(one.mode);
  followers_.push_back(std::move(one));
  return true;
}

void audience::join_behind(const wire::peer_ptr& who, wire::event_mask events, wire::tool_mode mode) {
  if (!has(who) && followers_.size() < bounds::subscribers_per_session)
    followers_.insert(followers_.begin(), {who, events, mode});
}

void audience::leave(const wire::peer_ptr& who) {
  std::erase_if(followers_, [&](const follower& f) { return f.who == who; });
}

bool audience::has(const wire::peer_ptr& who) const {
  return std::any_of(followers_.begin(), followers_.end(), [&](const follower& f) { return f.who == who; });
}

void audience::tell(wire::event_type type, std::string_view encoded) const {
  for (const auto& one : followers_)
    if ((one.events & wire::bit(type)) != 0) one.who->notify("event", encoded);
}

bool audience::wants(wire::event_type type) const {
  return std::any_of(followers_.begin(), followers_.end(),
                     [&](const follower& f) { return (f.events & wire::bit(type)) != 0; });
}

bool audience::wants_nothing() const {
  return std::all_of(followers_.begin(), followers_.end(),
                     [](const follower& f) { return f.events == wire::no_events; });
}

wire::peer_ptr audience::answerer() const {
  const auto found = std::find_if(followers_.rbegin(), followers_.rend(),
                                  [](const follower& f) { return f.mode == wire::tool_mode::call; });
  return found == followers_.rend() ? nullptr : found->who;
}

} // namespace enclaved
