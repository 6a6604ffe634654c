// Which characters something can begin with: what lets the matcher decide by looking at one character.
#pragma once

#include "engine/regexp/tree.hpp"

#include <array>

namespace enclaved::regexp {

struct first_set {
  std::array<std::uint32_t, 8> low{}; ///< characters below 256
  bool high = false;                  ///< some of the others
  bool at_end = false;                ///< the end of the text will do
  bool anything = false;              ///< nothing is known

  void add(std::uint32_t c) {
    if (c < 256)
      low[c >> 5] |= 1U << (c & 31);
    else
      high = true;
  }
  void add(const range* begin, const range* end);
  void add(const first_set& other);
  bool apart_from(const first_set& other) const;
};

/// What comes after a node: its neighbours, the loop it may be in, and what comes after those.
struct continuation {
  std::uint32_t next = 0; ///< first of the nodes that follow
  std::uint32_t loop = 0; ///< may be matched again after them
  const continuation* outer = nullptr;
};

class first_finder {
public:
  first_finder(tree& of) : tree_(of) {}

  /// What `node`, with what comes after it where it may be empty, begins with.
  first_set of(std::uint32_t node, const continuation& after);
  first_set of(const continuation& after);

private:
  static constexpr unsigned patience_ = 96;

  void rest(const continuation* after, first_set& to);
  /// True when nothing after the node can be what begins.
  bool add(std::uint32_t node, first_set& to);
  bool add_all(std::uint32_t first, first_set& to);
  void add_character(const node& it, first_set& to);

  tree& tree_;
  unsigned left_ = 0;
};

} // namespace enclaved::regexp
