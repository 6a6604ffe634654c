#include "engine/compile_cache.hpp"

#include <random>

namespace enclaved::engine {

namespace {

constexpr std::size_t entry_overhead = 256;

/// Drawn once a process tree: nobody outside can look for two sources with the same key.
std::uint64_t secret(std::size_t which) {
  static const std::array<std::uint64_t, 2> drawn = [] {
    std::random_device random;
    const auto word = [&random] { return std::uint64_t{random()} << 32 | random(); };
    return std::array<std::uint64_t, 2>{word(), word()};
  }();
  return drawn[which];
}

} // namespace

compile_cache::key compile_cache::key_of(std::string_view scope, std::string_view source, std::uint64_t iterations) {
  const auto half = [&](std::size_t which) {
    return checksum(source.data(), source.size(), checksum(scope.data(), scope.size(), secret(which) + iterations));
  };
  return {half(0), half(1), source.size()};
}

const compile_cache::entry* compile_cache::find(const key& of) {
  const auto found = entries_.find(of);
  if (found == entries_.end()) return nullptr;
  by_use_.splice(by_use_.begin(), by_use_, found->second);
  return &*found->second;
}

bool compile_cache::wants(const key& of) {
  auto& place = seen_[of.second % seen_.size()];
  const bool before = place == of.first;
  place = of.first;
  return before;
}

void compile_cache::keep(const key& of, image& differing_from, const arena& memory) {
  const auto size = differing_from.delta_bytes();
  if (size > bounds::compile_cache_bytes / 8 || entries_.contains(of)) return;
  entry made{of, std::vector<char>(size), memory.high_water()};
  if (differing_from.write_delta(made.delta) != size) return;
  by_use_.push_front(std::move(made));
  entries_.emplace(of, by_use_.begin());
  bytes_ += size + entry_overhead;
  while (bytes_ > bounds::compile_cache_bytes) {
    const auto& oldest = by_use_.back();
    bytes_ -= oldest.delta.size() + entry_overhead;
    entries_.erase(oldest.of);
    by_use_.pop_back();
  }
}

} // namespace enclaved::engine
