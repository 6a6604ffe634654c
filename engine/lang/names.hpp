// Names are kept once each, so that later passes compare addresses.
#pragma once

#include "engine/lang/pool.hpp"
#include "engine/lang/tokens.hpp"

#include <memory>

namespace enclaved::engine::lang {

class name_table {
public:
  explicit name_table(pool& memory) : memory_(memory) {}

  /// The one name of this text. A new one keeps the view: its bytes must live as long as the pool.
  name* intern(std::string_view text, std::uint32_t hash) {
    for (std::size_t i = hash & mask_;; i = (i + 1) & mask_) {
      name* at = slots_[i];
      if (!at) return add(text, hash, i);
      if (at->hash == hash && at->text == text) return at;
    }
  }
  name* intern(std::string_view text) { return intern(text, hash_of(text)); }

  static std::uint32_t step(std::uint32_t hash, unsigned char byte) { return (hash ^ byte) * 0x01000193U; }
  static std::uint32_t finish(std::uint32_t hash) { return hash ^ hash >> 15; }
  static constexpr std::uint32_t start = 0x811c9dc5U;
  static std::uint32_t hash_of(std::string_view text) {
    auto hash = start;
    for (const char c : text) hash = step(hash, static_cast<unsigned char>(c));
    return finish(hash);
  }

  std::uint32_t count() const { return count_; }

private:
  name* add(std::string_view text, std::uint32_t hash, std::size_t slot);
  void grow();

  static constexpr std::size_t first_slots = 256;
  pool& memory_;
  name* first_[first_slots] = {};
  std::unique_ptr<name*[]> more_;
  name** slots_ = first_;
  std::size_t mask_ = first_slots - 1;
  std::uint32_t count_ = 0;
};

} // namespace enclaved::engine::lang
