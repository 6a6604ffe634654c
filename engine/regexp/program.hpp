// Compiled regular expressions: words of 32 bits without pointers, so that a program can be kept in a heap, copied and
// parked like any other value.
//
//   head | code … | sets … | names: count, then for each: group number, bytes, text as CESU-8 padded to words
//   instruction: operation (8 bits) and argument (24 bits), then the words that its row says
//   set: members below 256 (8 words) | flags and number of ranges | ranges from 256 on: first, last
#pragma once

#include "engine/regexp/pattern.hpp"

namespace enclaved::regexp {

enum class op : std::uint8_t {
  match,       // the end
  fail,        //
  character,   // argument: the unit
  either,      // next word: two units
  text,        // argument: how many units; they follow, two a word
  set,         // argument: the set
  unit_back,   // as `character`, to the left
  set_back,    //
  begin,       //
  end,         //
  line_begin,  //
  line_end,    //
  boundary,    // argument: 1 with the word characters of `iu`
  no_boundary, //
  jump,        // to
  split,       // goes on here, and tries `to` when that fails
  split_other, // goes on at `to`, and tries what is here when that fails
  guard,       // argument: the set; to: when the next unit is not in it
  guard_split, // argument: the set; to: likewise, and when what is here fails
  run,         // argument: the set; least, most, set of what follows and how
  run_back,    // argument: the set; least, most, 0 and how
  save,        // argument: the register, which gets the position; undone when what follows fails
  keep,        // the same, never undone
  clear,       // argument: the first register of several; how many
  mark,        // argument: the register, which gets the position
  advanced,    // argument: the register; fails when the position is still there
  count,       // argument: the register, which becomes zero
  again,       // argument: the register of the count, the next one has the position; least, most, to (the exit), lazy
  once_more,   // argument: the register of the count; least, to (the `again`)
  reference,   // argument: how many groups; case, then the groups
  reference_back,
  look,     // argument: the first of two registers
  seen,     // argument: likewise
  look_not, // argument: likewise; to: when nothing is seen
  not_seen, // argument: the first register
};

/// How a run of characters of one set goes on.
enum class run_mode : std::uint32_t {
  whole,   ///< as long as it can be; a shorter one cannot lead to a match
  longest, ///< as long as it can be, then shorter
  shortest,
  mode_bits = 3,
  leads = 4, ///< a match begins with it, so none begins inside of a run that led nowhere
};

enum class start : std::uint32_t { anywhere, at_set, at_literal, at_begin };

/// A word that no other string begins with; a character, as a heap takes strings of other bytes for its own keys.
inline constexpr std::uint32_t program_magic = 0x31707872; // "rxp1"

struct program {
  std::uint32_t magic;
  std::uint32_t words; ///< of all of it
  std::uint32_t flags;
  std::uint32_t captures;  ///< the whole match is one
  std::uint32_t registers; ///< two for each capture come first
  std::uint32_t shortest;  ///< how many units a match has at least
  start begins;
  std::uint32_t start_set;      ///< that a match begins in
  std::uint32_t literal;        ///< word of the units that each match begins with
  std::uint32_t literal_length; ///< in units
  std::uint32_t required;       ///< a unit that each match has somewhere, or `no_unit`
  std::uint32_t code;           ///< words, as the next two
  std::uint32_t sets;
  std::uint32_t names;

  const std::uint32_t* at(std::uint32_t word) const { return reinterpret_cast<const std::uint32_t*>(this) + word; }
  bool has(flag which) const { return (flags & which) != 0; }
  bool by_code_points() const { return (flags & (unicode | unicode_sets)) != 0; }
  std::uint32_t named() const { return *at(names) & ~shared_names; }
  bool has_shared_names() const { return (*at(names) & shared_names) != 0; }

  static constexpr std::uint32_t shared_names = 1U << 31; ///< with their number
};

/// Flags of a set, in its ninth word.
inline constexpr std::uint32_t set_high = 1; ///< some member is 256 or above
inline constexpr std::uint32_t set_end = 2;  ///< the end of the text counts as a member
inline constexpr std::uint32_t set_ranges_shift = 2;
inline constexpr std::uint32_t set_words = 9;
inline constexpr std::uint32_t no_unit = UINT32_MAX;
/// Where a run would name the set of what follows: anything may.
inline constexpr std::uint32_t no_follow = (1U << 24) - 1;

/// Steps through the names of groups.
class group_names {
public:
  explicit group_names(const program& of) : at_(of.at(of.names) + 1), left_(of.named()) {}
  bool next(std::uint32_t& group, std::string_view& name) {
    if (left_ == 0) return false;
    --left_;
    group = at_[0];
    name = {reinterpret_cast<const char*>(at_ + 2), at_[1]};
    at_ += 2 + (at_[1] + 3) / 4;
    return true;
  }

private:
  const std::uint32_t* at_;
  std::uint32_t left_;
};

} // namespace enclaved::regexp
