#include "engine/regexp/unicode.hpp"

#include "engine/regexp/sets.hpp"

#include <algorithm>
#include <iterator>
#include <span>

namespace enclaved::regexp {

namespace {

/// Where the bytes of a set begin, and how many ranges it has.
struct set_place {
  std::uint32_t at;
  std::uint32_t ranges;
};

struct named_set {
  std::string_view name;
  std::uint16_t set;
  std::uint16_t extended; ///< of a script: its Script_Extensions
};

/// Characters first, first + stride, … last; each is equal to the one `difference` further.
struct fold_run {
  std::uint32_t first;
  std::uint32_t last;
  std::uint32_t stride;
  std::int32_t difference;

  std::uint32_t target(std::uint32_t c) const {
    return static_cast<std::uint32_t>(static_cast<std::int32_t>(c) + difference);
  }
};

#include "engine/regexp/unicode_tables.inc"

const named_set* find(std::span<const named_set> in, std::string_view name) {
  const auto it = std::lower_bound(in.begin(), in.end(), name,
                                   [](const named_set& row, std::string_view what) { return row.name < what; });
  return it != in.end() && it->name == name ? &*it : nullptr;
}

std::uint32_t read_number(const unsigned char*& from) {
  std::uint32_t result = 0;
  for (unsigned shift = 0;; shift += 7) {
    const std::uint32_t byte = *from++;
    result |= (byte & 127) << shift;
    if (byte < 128) return result;
  }
}

bool set_holds(int set, std::uint32_t c) {
  const auto place = set_places[set];
  const auto* from = set_bytes + place.at;
  std::uint32_t at = 0;
  for (std::uint32_t i = 0; i < place.ranges; ++i) {
    at += read_number(from);
    if (c < at) return false;
    at += read_number(from);
    if (c <= at) return true;
  }
  return false;
}

std::span<const fold_run> runs(folding how) {
  return how == folding::plain ? std::span<const fold_run>(folds_plain) : std::span<const fold_run>(folds_unicode);
}

constexpr std::uint32_t kelvin_sign = 0x212a;
constexpr std::uint32_t long_s = 0x17f;

bool is_letter(std::uint32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// What ASCII has needs no table.
void close_ascii(pile<range>& ranges, std::uint32_t begin, folding how) {
  const auto end = ranges.size();
  for (auto i = begin; i < end; ++i) {
    const auto it = ranges[i];
    for (const auto& [first, last] : {range{'A', 'Z'}, range{'a', 'z'}}) {
      const auto from = std::max(it.first, first);
      const auto to = std::min(it.last, last);
      if (from <= to) ranges.push({from ^ 32, to ^ 32});
    }
    if (how == folding::plain) continue;
    for (const auto& [letter, other] : {range{'k', kelvin_sign}, range{'s', long_s}})
      if ((it.first <= letter && letter <= it.last) || (it.first <= (letter ^ 32) && (letter ^ 32) <= it.last))
        ranges.push({other, other});
  }
  tidy(ranges, begin);
}

enum class direction : std::uint8_t { to_target, from_target };

/// Adds the target of each member, or each character whose target is a member.
void add_equals(pile<range>& ranges, std::uint32_t begin, std::span<const fold_run> in, direction way) {
  const auto members = ranges.size();
  const auto lowest = ranges[begin].first;
  const auto highest = ranges[members - 1].last;
  for (const auto& run : in) {
    const auto first = way == direction::to_target ? run.first : run.target(run.first);
    const auto last = way == direction::to_target ? run.last : run.target(run.last);
    if (last < lowest || first > highest) continue;
    for (auto c = run.first; c <= run.last; c += run.stride) {
      const auto target = run.target(c);
      const bool to_target = way == direction::to_target;
      if (holds(ranges.begin() + begin, ranges.begin() + members, to_target ? c : target)) {
        const auto found = to_target ? target : c;
        ranges.push({found, found});
      }
    }
  }
  tidy(ranges, begin);
}

} // namespace

int find_property(std::string_view name, std::string_view value, bool has_value) {
  if (!has_value) {
    if (const auto* row = find(category_names, name)) return row->set;
    if (const auto* row = find(binary_names, name)) return row->set;
    return -1;
  }
  if (name == "General_Category" || name == "gc") {
    const auto* row = find(category_names, value);
    return row == nullptr ? -1 : row->set;
  }
  const auto* row = find(script_names, value);
  if (row == nullptr) return -1;
  if (name == "Script" || name == "sc") return row->set;
  if (name == "Script_Extensions" || name == "scx") return row->extended;
  return -1;
}

void append_property(int set, pile<range>& to) {
  const auto place = set_places[set];
  const auto* from = set_bytes + place.at;
  std::uint32_t at = 0;
  for (std::uint32_t i = 0; i < place.ranges; ++i) {
    const auto first = at += read_number(from);
    at += read_number(from);
    to.push({first, at});
  }
}

bool is_identifier_start(std::uint32_t c) {
  if (c < 128) return is_letter(c) || c == '$' || c == '_';
  static const int set = find_property("ID_Start", {}, false);
  return set_holds(set, c);
}

bool is_identifier_part(std::uint32_t c) {
  if (c < 128) return is_letter(c) || (c >= '0' && c <= '9') || c == '$' || c == '_';
  static const int set = find_property("ID_Continue", {}, false);
  return c == 0x200c || c == 0x200d || set_holds(set, c);
}

std::uint32_t fold(std::uint32_t c, folding how) {
  if (c < 128) return c >= 'a' && c <= 'z' ? c - 32 : c;
  const auto in = runs(how);
  const auto it = std::upper_bound(in.begin(), in.end(), c,
                                   [](std::uint32_t what, const fold_run& run) { return what < run.first; });
  if (it == in.begin()) return c;
  const auto& run = *std::prev(it);
  return c <= run.last && (c - run.first) % run.stride == 0 ? run.target(c) : c;
}

void close_over_case(pile<range>& ranges, std::uint32_t begin, folding how) {
  if (ranges.size() == begin) return;
  if (ranges[ranges.size() - 1].last < 128) {
    close_ascii(ranges, begin, how);
    return;
  }
  add_equals(ranges, begin, runs(how), direction::to_target);
  add_equals(ranges, begin, runs(how), direction::from_target);
}

} // namespace enclaved::regexp
