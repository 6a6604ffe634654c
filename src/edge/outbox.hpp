// What waits to be sent to one client: filled from any thread, emptied by the connection's I/O thread in large batches.
#pragma once

#include "base/pack.hpp"

#include <cstdint>
#include <mutex>
#include <utility>

namespace enclaved::edge {

/// Invariant: waiting_ + in_write_ <= bound_ + one message, for as long as it is not sealed.
class outbox {
public:
  enum class answer : std::uint8_t {
    queued, ///< a batch is being sent or about to be
    wake,   ///< nobody is sending: the caller tells the I/O thread to
    full,   ///< over the bound; what waited is dropped and nothing goes in any more. Said once.
    sealed, ///< nothing goes in any more
  };

  explicit outbox(std::size_t bound) : bound_(bound) {}

  /// `encode(buffer)` appends one or more whole messages.
  template <class Encode>
  answer append(Encode&& encode) {
    const std::scoped_lock lock{mutex_};
    if (sealed_) return answer::sealed;
    encode(waiting_);
    if (waiting_.bytes.size() + in_write_ > bound_) {
      sealed_ = true;
      waiting_ = {};
      return answer::full;
    }
    return std::exchange(awake_, true) ? answer::queued : answer::wake;
  }

  /// Swaps what waits into `batch`, which the I/O thread has sent. False when nothing waits; the next append then says
  /// `wake`.
  bool take(pack::buffer& batch) {
    batch.bytes.clear();
    if (batch.bytes.capacity() > spare_bytes) batch = {};
    const std::scoped_lock lock{mutex_};
    std::swap(batch, waiting_);
    in_write_ = batch.bytes.size();
    awake_ = in_write_ > 0;
    return awake_;
  }

  /// Lets nothing in but these last words.
  void seal(const pack::buffer& last_words) {
    const std::scoped_lock lock{mutex_};
    sealed_ = true;
    waiting_.bytes += last_words.bytes;
  }

private:
  static constexpr std::size_t spare_bytes = 64 * bounds::kib; ///< kept between batches

  const std::size_t bound_;
  std::mutex mutex_;
  pack::buffer waiting_;
  std::size_t in_write_ = 0;
  bool awake_ = false;
  bool sealed_ = false;
};

} // namespace enclaved::edge
