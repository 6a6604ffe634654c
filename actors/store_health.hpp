// Whether the store takes writes, and if not why: the journal says so, everybody may ask.
#pragma once

#include <atomic>
#include <mutex>
#include <string>

namespace enclaved {

class store_health {
public:
  bool is_well() const { return well_.load(std::memory_order_relaxed); }
  void is_well_now() {
    const std::scoped_lock lock{guard_};
    why_not_.clear();
    well_ = true;
  }
  void is_ill(std::string why) {
    const std::scoped_lock lock{guard_};
    why_not_ = std::move(why);
    well_ = false;
  }
  std::string why_not() const {
    const std::scoped_lock lock{guard_};
    return why_not_;
  }

private:
  std::atomic<bool> well_{false};
  mutable std::mutex guard_;
  std::string why_not_ = "it is being opened";
};

} // namespace enclaved
