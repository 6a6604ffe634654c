#include "actors/announcer.hpp"

#include "base/bounds.hpp"
#include "base/clock.hpp"

#include <algorithm>

namespace enclaved {

bool announcer::add(const wire::peer_ptr& listener) {
  const std::lock_guard held(guard_);
  if (std::find(listeners_.begin(), listeners_.end(), listener) != listeners_.end()) return true;
  if (listeners_.size() >= bounds::operational_listeners) return false;
  listeners_.push_back(listener);
  heard_ = true;
  return true;
}

void announcer::remove(const wire::peer_ptr& listener) {
  const std::lock_guard held(guard_);
  std::erase(listeners_, listener);
  heard_ = !listeners_.empty();
}

void announcer::tell(std::string_view type, std::initializer_list<field> fields) {
  if (!heard_) return;
  pack::buffer out;
  pack::writer to(out);
  to.map(static_cast<std::uint32_t>(2 + fields.size())).str("time").integer(wall_ms()).str("type").str(type);
  for (const auto& [name, is] : fields) {
    to.str(name);
    if (const auto* text = std::get_if<std::string_view>(&is))
      to.str(*text);
    else
      to.number(std::get<std::uint64_t>(is));
  }
  const std::lock_guard held(guard_);
  for (const auto& listener : listeners_) listener->notify("admin.event", out.bytes);
}

} // namespace enclaved
