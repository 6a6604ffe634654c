#include "cli/histogram.hpp"

#include <algorithm>
#include <cmath>

namespace enclaved::cli {

std::uint64_t histogram::upper_end(std::size_t bucket) {
  if (bucket < per_power) return bucket;
  const auto shift = static_cast<unsigned>(bucket / per_power) - 1;
  const auto first = (per_power + bucket % per_power) << shift;
  return first + ((std::uint64_t{1} << shift) - 1);
}

std::uint64_t histogram::percentile(double percent) const {
  if (count_ == 0) return 0;
  constexpr double rounding = 1e-6; // 99.99% of 100,000 is 99,990 and not a little more
  const auto all = static_cast<double>(count_);
  const auto rank = std::clamp<double>(std::ceil(percent * all / 100 - rounding), 1, all);
  const auto wanted = static_cast<std::uint64_t>(rank);
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    seen += counts_[i];
    if (seen >= wanted) return std::min(upper_end(i), max_);
  }
  return max_;
}

} // namespace enclaved::cli
