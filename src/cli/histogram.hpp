// A histogram of durations that keeps the relative error of every percentile below one percent, in constant memory.
//
// Values are counted in buckets that are linear within a power of two: the power is the value's highest bit, and the
// next seven bits say which of its 128 buckets. Up to 255 a value has a bucket of its own.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace enclaved::cli {

class histogram {
public:
  void record(std::uint64_t value) {
    ++counts_[bucket_of(value)];
    ++count_;
    sum_ += value;
    if (value > max_) max_ = value;
  }

  std::uint64_t count() const { return count_; }
  std::uint64_t max() const { return max_; }
  double mean() const { return count_ == 0 ? 0 : static_cast<double>(sum_) / static_cast<double>(count_); }

  /// The value that so many of 100 are not above; 0 when nothing was recorded.
  std::uint64_t percentile(double percent) const;

private:
  static constexpr unsigned precision_bits = 7;
  static constexpr std::uint64_t per_power = std::uint64_t{1} << precision_bits;
  static constexpr std::size_t buckets = (64 - precision_bits) * per_power + per_power;

  static std::size_t bucket_of(std::uint64_t value) {
    if (value < per_power) return static_cast<std::size_t>(value);
    const auto shift = static_cast<unsigned>(std::bit_width(value)) - 1 - precision_bits;
    return static_cast<std::size_t>((shift + 1) * per_power + ((value >> shift) - per_power));
  }
  static std::uint64_t upper_end(std::size_t bucket);

  std::array<std::uint64_t, buckets> counts_{};
  std::uint64_t count_ = 0;
  std::uint64_t sum_ = 0;
  std::uint64_t max_ = 0;
};

} // namespace enclaved::cli
