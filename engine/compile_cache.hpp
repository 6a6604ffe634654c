// Compiled scripts, as deltas: a script that is compiled and has not started is a parked heap like any other.
//
// A script gets a place the second time it is seen, and the one that was not used for longest leaves when the bound is
// reached. Whoever may read an entry is in its key, so that no tenant learns what another one ran.
#pragma once

#include "engine/image.hpp"

#include <array>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace enclaved::engine {

class compile_cache {
public:
  struct key {
    std::uint64_t first;
    std::uint64_t second;
    std::uint64_t length;
    bool operator==(const key&) const = default;
  };
  struct entry {
    key of;
    std::vector<char> delta;
    std::size_t peak_bytes; ///< that compiling took: a run with less would not have come so far
  };

  /// `iterations`: the limit of a loop, which is part of the compiled code.
  static key key_of(std::string_view scope, std::string_view source, std::uint64_t iterations);

  const entry* find(const key& of);
  /// Whether it was seen before; it has been from now on.
  bool wants(const key& of);
  /// Keeps what is in the arena now.
  void keep(const key& of, image& differing_from, const arena& memory);
  std::size_t bytes() const { return bytes_; }

private:
  struct hash {
    std::size_t operator()(const key& of) const { return of.first; }
  };

  std::list<entry> by_use_; ///< the last used first
  std::unordered_map<key, std::list<entry>::iterator, hash> entries_;
  std::array<std::uint64_t, 4096> seen_{};
  std::size_t bytes_ = 0;
};

} // namespace enclaved::engine
