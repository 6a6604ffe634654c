#include "edge/exchange.hpp"

#include <algorithm>

namespace enclaved::edge {

exchange::entry exchange::begin(std::uint32_t msgid) {
  const std::scoped_lock lock{mutex_};
  if (requests_.contains(msgid)) return entry::repeated;
  if (requests_.size() >= bound_) return entry::full;
  requests_.insert(msgid);
  return entry::accepted;
}

bool exchange::end(std::uint32_t msgid) {
  const std::scoped_lock lock{mutex_};
  return requests_.erase(msgid) == 1;
}

std::optional<std::uint32_t> exchange::ask(std::string_view session, std::string_view call) {
  const std::scoped_lock lock{mutex_};
  if (calls_.size() >= bound_) return std::nullopt;
  do ++last_id_;
  while (calls_.contains(last_id_)); // after four billion calls ids come round
  calls_.emplace(last_id_, asked_call{std::string{session}, std::string{call}});
  return last_id_;
}

std::optional<asked_call> exchange::answered(std::uint32_t id) {
  const std::scoped_lock lock{mutex_};
  const auto found = calls_.extract(id);
  if (!found) return std::nullopt;
  return std::move(found.mapped());
}

void exchange::forget(std::string_view session, std::string_view call) {
  const std::scoped_lock lock{mutex_};
  std::erase_if(calls_,
                [&](const auto& entry) { return entry.second.session == session && entry.second.call == call; });
}

} // namespace enclaved::edge
