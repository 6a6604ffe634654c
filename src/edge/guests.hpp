// Who is connected: bounded, counted by tenant, and asked to leave when the server stops.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace enclaved::edge {

/// A connection as the server sees it. Both functions may be called from any thread.
class guest {
public:
  virtual ~guest() = default;
  virtual void finish() = 0;  ///< send what waits, then close
  virtual void abandon() = 0; ///< close now
  virtual void recheck() {}   ///< the tokens have been read again
};

enum class guest_kind : std::uint8_t { rpc, http };

class guest_list {
public:
  guest_list(std::size_t rpc_bound, std::size_t http_bound, std::size_t tenant_bound);

  /// False when the bound of its kind is reached or the house is closing.
  bool enter(guest_kind kind, const std::shared_ptr<guest>& who);
  void leave(guest_kind kind, const guest* who);

  bool enter_tenant(const std::string& tenant); ///< false when the tenant's bound is reached
  void leave_tenant(const std::string& tenant);

  void close_doors(); ///< nobody enters any more
  void for_each(const std::function<void(guest&)>& visit) const;
  bool wait_until_empty(std::chrono::milliseconds patience);
  std::size_t count(guest_kind kind) const;

private:
  using guests = std::unordered_map<const guest*, std::weak_ptr<guest>>;
  guests& of(guest_kind kind) { return kind == guest_kind::rpc ? rpc_ : http_; }

  const std::size_t rpc_bound_;
  const std::size_t http_bound_;
  const std::size_t tenant_bound_;

  mutable std::mutex mutex_;
  std::condition_variable empty_;
  guests rpc_;
  guests http_;
  std::unordered_map<std::string, std::size_t> tenants_;
  bool closing_ = false;
};

} // namespace enclaved::edge
