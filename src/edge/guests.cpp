#include "edge/guests.hpp"

#include <vector>

namespace enclaved::edge {

guest_list::guest_list(std::size_t rpc_bound, std::size_t http_bound, std::size_t tenant_bound)
    : rpc_bound_(rpc_bound), http_bound_(http_bound), tenant_bound_(tenant_bound) {}

bool guest_list::enter(guest_kind kind, const std::shared_ptr<guest>& who) {
  const std::scoped_lock lock{mutex_};
  auto& inside = of(kind);
  if (closing_ || inside.size() >= (kind == guest_kind::rpc ? rpc_bound_ : http_bound_)) return false;
  inside.emplace(who.get(), who);
  return true;
}

void guest_list::leave(guest_kind kind, const guest* who) {
  const std::scoped_lock lock{mutex_};
  of(kind).erase(who);
  if (rpc_.empty() && http_.empty()) empty_.notify_all();
}

bool guest_list::enter_tenant(const std::string& tenant) {
  const std::scoped_lock lock{mutex_};
  auto& count = tenants_[tenant];
  if (count >= tenant_bound_) return false;
  ++count;
  return true;
}

void guest_list::leave_tenant(const std::string& tenant) {
  const std::scoped_lock lock{mutex_};
  const auto found = tenants_.find(tenant);
  if (found != tenants_.end() && --found->second == 0) tenants_.erase(found);
}

void guest_list::close_doors() {
  const std::scoped_lock lock{mutex_};
  closing_ = true;
}

void guest_list::for_each(const std::function<void(guest&)>& visit) const {
  std::vector<std::shared_ptr<guest>> present; // visited without the lock, as a visit may make one leave
  {
    const std::scoped_lock lock{mutex_};
    for (const auto* kind : {&rpc_, &http_})
      for (const auto& [who, weak] : *kind)
        if (auto alive = weak.lock()) present.push_back(std::move(alive));
  }
  for (const auto& one : present) visit(*one);
}

bool guest_list::wait_until_empty(std::chrono::milliseconds patience) {
  std::unique_lock lock{mutex_};
  return empty_.wait_for(lock, patience, [this] { return rpc_.empty() && http_.empty(); });
}

std::size_t guest_list::count(guest_kind kind) const {
  const std::scoped_lock lock{mutex_};
  return (kind == guest_kind::rpc ? rpc_ : http_).size();
}

} // namespace enclaved::edge
