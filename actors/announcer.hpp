// Operational events: what operators who asked for them (`admin.events`) are told while it happens. Nothing is kept,
// and when nobody listens it costs a look at a flag.
#pragma once

#include "base/pack.hpp"
#include "wire/service.hpp"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <variant>
#include <vector>

namespace enclaved {

class announcer {
public:
  struct field {
    std::string_view name;
    std::variant<std::string_view, std::uint64_t> is;
  };

  /// False: there are too many listeners.
  bool add(const wire::peer_ptr& listener);
  void remove(const wire::peer_ptr& listener);

  /// `type` is a past participle of what happened: "worker_recycled".
  void tell(std::string_view type, std::initializer_list<field> fields);

private:
  std::atomic<bool> heard_{false};
  std::mutex guard_;
  std::vector<wire::peer_ptr> listeners_;
};

} // namespace enclaved
