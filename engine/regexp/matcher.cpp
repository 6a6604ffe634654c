#include "engine/regexp/matcher.hpp"

#include "engine/regexp/unicode.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace enclaved::regexp {

namespace {

/// What waits to be tried, or to be put back, when something fails.
struct entry {
  std::uint32_t what; ///< a place in the code or a register, and the kind in the upper bits
  std::uint32_t a;
  std::uint32_t b;
};
constexpr std::uint32_t kind_shift = 30;
constexpr std::uint32_t value_mask = (1U << kind_shift) - 1;
enum waits : std::uint32_t {
  choice = 0,
  undo = 1U << kind_shift,
  shorter = 2U << kind_shift,
  longer = 3U << kind_shift
};

constexpr std::uint32_t run_words = 5;
constexpr std::int32_t units_at_once = 4'096;

template <class Unit, bool by_points>
class matcher {
public:
  matcher(const program& what, const subject& in, workspace& memory)
      : what_(what), code_(what.at(0)), sets_(what.at(what.sets)), text_(static_cast<const Unit*>(in.data)),
        end_(in.length), memory_(memory) {
    registers_ =
        what.registers <= small_registers_.size()
            ? small_registers_.data()
            : static_cast<std::uint32_t*>(memory.resize(piece::registers, what.registers * sizeof(std::uint32_t)));
    std::fill_n(registers_, what.registers, unset);
  }

  found search(attempt how, std::uint32_t* positions) {
    auto result = found::no;
    if (what_.shortest <= end_) {
      auto from = how.from;
      const auto last = end_ - what_.shortest;
      while (result == found::no && !hopeless_ && from <= last && (how.only_there || candidate(from, last))) {
        skip_to_ = 0;
        if (from > last_required_) break;
        from_ = from;
        result = run(from);
        if (how.only_there || what_.begins == start::at_begin) break;
        from = std::max(after(from), skip_to_);
      }
    }
    memory_.spend(static_cast<std::uint64_t>(units_at_once - left_));
    if (result == found::yes) std::copy_n(registers_, 2 * what_.captures, positions);
    return result;
  }

private:
  // -- characters

  static bool in_low(const std::uint32_t* set, std::uint32_t c) { return (set[c >> 5] >> (c & 31) & 1) != 0; }

  static bool in_ranges(const std::uint32_t* set, std::uint32_t c) {
    std::uint32_t low = 0;
    auto high = set[8] >> set_ranges_shift;
    const auto* ranges = set + set_words;
    while (low < high) {
      const auto middle = (low + high) / 2;
      if (c < ranges[2 * middle])
        high = middle;
      else if (c > ranges[2 * middle + 1])
        low = middle + 1;
      else
        return true;
    }
    return false;
  }

  static bool in_set(const std::uint32_t* set, std::uint32_t c) {
    if (sizeof(Unit) == 1 || c < 256) return in_low(set, c);
    return in_ranges(set, c);
  }

  /// Whether what can come at a position is in a set of beginnings.
  bool may_begin(const std::uint32_t* set, std::uint32_t at) const {
    if (at == end_) return (set[8] & set_end) != 0;
    const std::uint32_t c = text_[at];
    if (sizeof(Unit) == 1 || c < 256) return in_low(set, c);
    return (set[8] & set_high) != 0;
  }

  static bool is_high(std::uint32_t c) { return (c & 0xfffffc00) == 0xd800; }
  static bool is_low(std::uint32_t c) { return (c & 0xfffffc00) == 0xdc00; }

  /// The character at a position, which moves behind it.
  std::uint32_t take(std::uint32_t& at) const {
    const std::uint32_t c = text_[at++];
    if constexpr (by_points)
      if (is_high(c) && at < end_ && is_low(text_[at])) return 0x10000 + ((c & 0x3ff) << 10) + (text_[at++] & 0x3ffU);
    return c;
  }
  std::uint32_t take_back(std::uint32_t& at) const {
    const std::uint32_t c = text_[--at];
    if constexpr (by_points)
      if (is_low(c) && at > 0 && is_high(text_[at - 1])) return 0x10000 + ((text_[--at] & 0x3ffU) << 10) + (c & 0x3ff);
    return c;
  }
  std::uint32_t after(std::uint32_t at) const {
    if (at < end_)
      take(at);
    else
      ++at;
    return at;
  }

  // -- where a match may begin

  /// Moves to the next position, up to `last`, where a match may begin.
  bool candidate(std::uint32_t& from, std::uint32_t last) {
    const auto begun = from;
    bool is = true;
    if (what_.begins == start::at_begin)
      is = from == 0;
    else if (what_.begins == start::at_set)
      is = next_in_set(sets_ + what_.start_set, from, last);
    else if (what_.begins == start::at_literal)
      is = next_literal(from, last);
    spend((from - begun) >> 4);
    return is;
  }

  bool next_in_set(const std::uint32_t* set, std::uint32_t& from, std::uint32_t last) const {
    while (from < last && !may_begin(set, from)) ++from;
    return may_begin(set, from);
  }

  std::uint32_t literal_unit(std::uint32_t index) const {
    return what_.at(what_.literal)[index / 2] >> 16 * (index % 2) & 0xffff;
  }

  bool next_literal(std::uint32_t& from, std::uint32_t last) const {
    const auto first = literal_unit(0);
    for (; from <= last; ++from) {
      if constexpr (sizeof(Unit) == 1) {
        const auto* at = first > 127 ? nullptr : std::memchr(text_ + from, static_cast<int>(first), last - from + 1);
        if (at == nullptr) break;
        from = static_cast<std::uint32_t>(static_cast<const Unit*>(at) - text_);
      } else if (text_[from] != first) {
        continue;
      }
      std::uint32_t i = 1;
      while (i < what_.literal_length && text_[from + i] == literal_unit(i)) ++i;
      if (i == what_.literal_length) return true;
    }
    from = last;
    return false;
  }

  // -- waiting

  void spend(std::uint32_t units) {
    left_ -= static_cast<std::int32_t>(units);
    if (left_ < 0) refill();
  }
  [[gnu::noinline]] void refill() {
    memory_.spend(static_cast<std::uint64_t>(units_at_once - left_));
    left_ = units_at_once;
    if (!looked_for_required_) look_for_required();
  }
  /// When a match takes long: the last place of a unit that none can do without. Nothing begins behind it.
  void look_for_required() {
    looked_for_required_ = true;
    if (what_.required == no_unit) return;
    auto at = end_;
    while (at > from_ && text_[at - 1] != what_.required) --at;
    memory_.spend((end_ - at) >> 4);
    hopeless_ = at == from_;
    if (!hopeless_) last_required_ = at - 1;
  }

  /// False when there is no more room.
  bool wait(std::uint32_t what, std::uint32_t a, std::uint32_t b = 0) {
    if (waiting_ == room_ && !grow()) return false;
    stack_[waiting_++] = {what, a, b};
    return true;
  }
  [[gnu::noinline]] bool grow() {
    if (room_ >= backtrack_max) return false;
    const auto larger = room_ * 4;
    auto* to = static_cast<entry*>(memory_.resize(piece::backtrack, larger * sizeof(entry)));
    if (stack_ == small_stack_.data()) std::memcpy(to, stack_, waiting_ * sizeof(entry));
    stack_ = to;
    room_ = larger;
    return true;
  }

  /// Drops what waits above a height but for what has to be put back.
  void forget_choices(std::uint32_t height) {
    auto to = height;
    spend((waiting_ - height) >> 2);
    for (auto from = height; from < waiting_; ++from)
      if ((stack_[from].what & ~value_mask) == undo) stack_[to++] = stack_[from];
    waiting_ = to;
  }
  void put_back(std::uint32_t height) {
    spend((waiting_ - height) >> 2);
    while (waiting_ > height) {
      const auto& it = stack_[--waiting_];
      if ((it.what & ~value_mask) == undo) registers_[it.what & value_mask] = it.a;
    }
  }
  bool set_register(std::uint32_t which, std::uint32_t value) {
    if (!wait(undo | which, registers_[which])) return false;
    registers_[which] = value;
    return true;
  }

  // -- assertions

  bool is_newline(std::uint32_t at) const {
    const std::uint32_t c = text_[at];
    return c == '\n' || c == '\r' || (sizeof(Unit) > 1 && (c == 0x2028 || c == 0x2029));
  }
  bool is_word(std::uint32_t at, std::uint32_t extended) const {
    const std::uint32_t c = text_[at];
    if (c < 128) return (c | 32) - 'a' < 26 || c - '0' < 10 || c == '_';
    return extended != 0 && (c == 0x17f || c == 0x212a);
  }
  bool at_boundary(std::uint32_t at, std::uint32_t extended) const {
    return (at > 0 && is_word(at - 1, extended)) != (at < end_ && is_word(at, extended));
  }

  bool equal_text(const std::uint32_t* words, std::uint32_t count, std::uint32_t at) const {
    for (std::uint32_t i = 0; i < count; ++i)
      if (text_[at + i] != (words[i / 2] >> 16 * (i % 2) & 0xffff)) return false;
    return true;
  }

  /// The text of a group at a position, which moves past it; an unset group is empty.
  bool refer(const std::uint32_t* at, std::uint32_t& position, bool back) {
    const auto count = at[0] >> 8;
    const auto any_case = at[1];
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
      const auto group = at[2 + i];
      if (registers_[2 * group] == unset || registers_[2 * group + 1] == unset) continue;
      begin = registers_[2 * group];
      end = registers_[2 * group + 1];
      break;
    }
    const auto length = end - begin;
    spend(length >> 2);
    if (back ? position < length : end_ - position < length) return false;
    const auto other = back ? position - length : position;
    if (any_case == 0) {
      if (!std::equal(text_ + begin, text_ + end, text_ + other)) return false;
    } else if (!equal_in_any_case(begin, end, other, any_case == 2 ? folding::unicode : folding::plain)) {
      return false;
    }
    position = back ? other : position + length;
    return true;
  }
  bool equal_in_any_case(std::uint32_t begin, std::uint32_t end, std::uint32_t other, folding how) const {
    while (begin < end) {
      const auto one = take(begin);
      const auto two = take(other);
      if (one != two && fold(one, how) != fold(two, how)) return false;
    }
    return true;
  }

  // -- runs

  /// Moves over members of a set, at most `most`; answers how many.
  std::uint32_t advance(const std::uint32_t* set, std::uint32_t most, std::uint32_t& at) {
    const auto begin = at;
    std::uint32_t count = 0;
    if constexpr (!by_points) {
      const auto stop = most < end_ - at ? at + most : end_;
      auto to = at;
      while (to < stop && in_set(set, text_[to])) ++to;
      at = to;
      count = to - begin;
    } else {
      while (count < most && at < end_) {
        auto next = at;
        if (!in_set(set, take(next))) break;
        at = next;
        ++count;
      }
    }
    spend((at - begin) >> 3);
    return count;
  }

  found run(std::uint32_t from);
  bool shorten(std::uint32_t& pc, std::uint32_t& at);
  bool lengthen(std::uint32_t& pc, std::uint32_t& at);
  bool begin_run(std::uint32_t& pc, std::uint32_t& at, bool& room);
  bool begin_run_back(std::uint32_t& pc, std::uint32_t& at, bool& room);

  static constexpr std::uint32_t small_stack = 192;
  std::array<std::uint32_t, 48> small_registers_;
  std::array<entry, small_stack> small_stack_;
  const program& what_;
  const std::uint32_t* const code_;
  const std::uint32_t* const sets_;
  const Unit* const text_;
  const std::uint32_t end_;
  workspace& memory_;
  std::uint32_t* registers_;
  entry* stack_ = small_stack_.data();
  std::uint32_t waiting_ = 0;
  std::uint32_t room_ = small_stack;
  std::int32_t left_ = units_at_once;
  std::uint32_t skip_to_ = 0; ///< no match begins before
  std::uint32_t from_ = 0;    ///< where this attempt begins
  std::uint32_t last_required_ = UINT32_MAX;
  bool looked_for_required_ = false;
  bool hopeless_ = false;
};

#include "engine/regexp/matcher_runs.inc.hpp"
#include "engine/regexp/matcher_steps.inc.hpp"

template <class Unit, bool by_points>
found match_as(const program& what, const subject& in, attempt how, workspace& memory, std::uint32_t* positions) {
  matcher<Unit, by_points> it(what, in, memory);
  return it.search(how, positions);
}

} // namespace

found match(const program& what, const subject& in, attempt how, workspace& memory, std::uint32_t* positions) {
  if (!in.wide) return match_as<unsigned char, false>(what, in, how, memory, positions);
  if (!what.by_code_points()) return match_as<char16_t, false>(what, in, how, memory, positions);
  // A match that is asked for in the middle of a surrogate pair begins where the pair does.
  const auto* text = static_cast<const char16_t*>(in.data);
  if (how.from > 0 && how.from < in.length && (text[how.from] & 0xfc00) == 0xdc00 &&
      (text[how.from - 1] & 0xfc00) == 0xd800)
    --how.from;
  return match_as<char16_t, true>(what, in, how, memory, positions);
}

} // namespace enclaved::regexp
