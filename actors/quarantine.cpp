#include "actors/quarantine.hpp"

#include "base/bounds.hpp"
#include "base/log.hpp"

#include <functional>

namespace enclaved {

namespace {

std::uint64_t digest(std::string_view code) { return std::hash<std::string_view>{}(code); }

} // namespace

void quarantine::count(std::string_view tenant, std::string_view code, std::uint64_t now_ms) {
  const std::lock_guard held(guard_);
  std::erase_if(records_, [&](const auto& one) { return now_ms - one.second.last_ms > bounds::quarantine_ms; });
  if (records_.size() >= bounds::crashed_scripts) records_.erase(records_.begin());
  auto& one = records_[{std::string(tenant), digest(code)}];
  one.last_ms = now_ms;
  if (++one.crashes == bounds::crashes_until_quarantine)
    log::warn("node quarantined a script", {{"tenant", tenant}, {"crashes", one.crashes}});
  empty_ = false;
}

bool quarantine::holds(std::string_view tenant, std::string_view code, std::uint64_t now_ms) {
  if (empty_) return false;
  const std::lock_guard held(guard_);
  const auto at = records_.find({std::string(tenant), digest(code)});
  if (at == records_.end() || at->second.crashes < bounds::crashes_until_quarantine) return false;
  if (now_ms - at->second.last_ms <= bounds::quarantine_ms) return true;
  records_.erase(at);
  empty_ = records_.empty();
  return false;
}

} // namespace enclaved
