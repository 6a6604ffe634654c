// What a pattern means, as nodes in one array that name each other by number; zero is nobody.
#pragma once

#include "engine/regexp/pattern.hpp"
#include "engine/regexp/sets.hpp"

namespace enclaved::regexp {

inline constexpr std::uint32_t no_limit = UINT32_MAX;
inline constexpr std::uint32_t captures_max = 32'767;
inline constexpr std::uint32_t nesting_max = 500;
inline constexpr std::uint32_t nodes_max = 1U << 20;
inline constexpr std::uint32_t ranges_max = 1U << 20;

enum class kind : std::uint8_t {
  empty,
  character,    ///< a: the character; a unit without `u` or `v`
  set,          ///< a: its first range, b: how many
  sequence,     ///< a: the first part, linked by `next`
  alternatives, ///< a: the first one, linked by `next`
  group,        ///< a: what is in it, b: its number
  repeat,       ///< a: what, b: at least, c: at most; first_group and groups: those inside
  begin,        ///< of the text, or of a line
  end,
  boundary, ///< of a word
  no_boundary,
  look,            ///< a: at what
  back_reference,  ///< b: the group's number
  named_reference, ///< b: the first of `names`, c: how long
};

/// Of a node; the first three as the flags were where it stands.
enum trait : std::uint8_t {
  any_case = 1,
  by_lines = 2,
  lazy = 4,
  negative = 8,
  behind = 16,
};

struct node {
  kind what;
  std::uint8_t traits;
  std::uint16_t first_group;
  std::uint16_t groups;
  std::uint32_t next;
  std::uint32_t a;
  std::uint32_t b;
  std::uint32_t c;
  std::uint32_t shortest; ///< how many units a match has at least; looking around takes none
};

/// A group that has a name; several may share one when no match can set two of them.
struct named_group {
  std::uint32_t number;
  std::uint32_t name; ///< where it begins in `names`
  std::uint32_t length;
  std::uint32_t hash;
  bool closed_off; ///< in an alternative that has ended, while its alternatives have not
};

/// What the parser makes.
struct tree {
  explicit tree(workspace& in)
      : nodes(in, piece::nodes, nodes_max), ranges(in, piece::ranges, ranges_max),
        groups(in, piece::groups, captures_max), names(in, piece::names, nodes_max) {}

  pile<node> nodes;
  pile<range> ranges;
  pile<named_group> groups;
  pile<char16_t> names;
  std::uint32_t root = 0;
  std::uint32_t captures = 1; ///< the whole match is one
  std::uint8_t flags = 0;
  bool refers_back = false;
  bool shared_names = false; ///< some groups have the same one

  bool by_code_points() const { return (flags & (unicode | unicode_sets)) != 0; }
  folding case_rule() const { return by_code_points() ? folding::unicode : folding::plain; }
};

} // namespace enclaved::regexp
