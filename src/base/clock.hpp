// Time as a value that is handed in, so that whatever waits can be tested without waiting.
// Durations are measured with the steady clock; the wall clock may jump and only labels things.
#pragma once

#include <chrono>
#include <cstdint>

namespace enclaved {

inline std::uint64_t steady_ns() {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
          .count());
}

inline std::uint64_t steady_ms() { return steady_ns() / 1'000'000; }

/// Milliseconds since the epoch.
inline std::int64_t wall_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

/// Where a component gets its time from.
class clock {
public:
  virtual ~clock() = default;
  virtual std::uint64_t steady_ms() const = 0;
  virtual std::int64_t wall_ms() const = 0;
};

class system_clock final : public clock {
public:
  std::uint64_t steady_ms() const override { return enclaved::steady_ms(); }
  std::int64_t wall_ms() const override { return enclaved::wall_ms(); }
};

/// A clock that stands still until a test moves it.
class manual_clock final : public clock {
public:
  explicit manual_clock(std::int64_t wall_ms = 0) : wall_ms_(wall_ms) {}

  std::uint64_t steady_ms() const override { return steady_ms_; }
  std::int64_t wall_ms() const override { return wall_ms_; }

  void advance(std::uint64_t by_ms) {
    steady_ms_ += by_ms;
    wall_ms_ += static_cast<std::int64_t>(by_ms);
  }
  void set_wall(std::int64_t wall_ms) { wall_ms_ = wall_ms; } ///< somebody sets the machine's clock

private:
  std::uint64_t steady_ms_ = 1;
  std::int64_t wall_ms_;
};

} // namespace enclaved
