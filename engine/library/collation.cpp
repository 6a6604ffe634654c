#include "engine/library/collation.hpp"

#include "engine/library/units.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace enclaved::engine {

namespace {

/// ASCII in the order of the root collation; control characters before all of it do not count.
constexpr std::string_view ascii_order = "\t\n\v\f\r _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789aAbBcCdDeEfFgGhHiIjJkK"
                                         "lLmMnNoOpPqQrRsStTuUvVwWxXyYzZ";

constexpr auto ascii_weights = [] {
  std::array<std::uint8_t, 128> weights{};
  for (std::size_t i = 0; i < ascii_order.size(); ++i)
    weights[static_cast<unsigned char>(ascii_order[i])] = static_cast<std::uint8_t>(i + 1);
  return weights;
}();

constexpr bool is_lower(std::uint32_t c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_upper(std::uint32_t c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_digit(std::uint32_t c) { return c >= '0' && c <= '9'; }

/// Latin letters with marks from U+00C0 on, as the letters below them; a dot stands for one that is a letter of its
/// own.
constexpr std::string_view latin_bases =
    "AAAAAA.CEEEEIIII.NOOOOO.OUUUUY..aaaaaa.ceeeeiiii.nooooo.ouuuuy.y"
    "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIi..JjKk.LlLlLlLlLlNnNnNnn..OoOoOo..RrRrRrSsSsSsSsTtTtTtUuUuUuUuUu"
    "UuWwYyYZzZzZzs";

/// What one character counts for, from the most important on.
struct weight {
  std::uint32_t letter = 0; ///< 0: a mark or nothing
  std::uint32_t accent = 0;
  std::uint32_t capital = 0;
};

constexpr std::uint32_t behind_ascii = 128;

weight weight_of(std::uint32_t point) {
  if (point < 128) {
    const bool upper = is_upper(point);
    return {ascii_weights[upper ? point | 0x20U : point], 0, upper ? 1U : 0U};
  }
  if (point >= 0x300 && point < 0x370) return {0, point, 0};
  if (point >= 0xc0 && point - 0xc0 < latin_bases.size() && latin_bases[point - 0xc0] != '.') {
    auto result = weight_of(static_cast<unsigned char>(latin_bases[point - 0xc0]));
    result.accent = point | 1;
    if (point < 0x100) result.accent = point & ~0x20U;
    return result;
  }
  // Greek, Cyrillic and the rest of Latin-1: capitals beside their small letters.
  if (point >= 0xc0 && point <= 0xde && point != 0xd7) return {behind_ascii + (point | 0x20), 0, 1};
  if (point >= 0x391 && point <= 0x3a9) return {behind_ascii + point + 0x20, 0, 1};
  if (point >= 0x410 && point <= 0x42f) return {behind_ascii + point + 0x20, 0, 1};
  if (point >= 0x400 && point <= 0x40f) return {behind_ascii + point + 0x50, 0, 1};
  return {behind_ascii + point, 0, 0};
}

int sign(std::uint32_t a, std::uint32_t b) { return a < b ? -1 : a > b ? 1 : 0; }

/// Steps from one letter to the next and gathers the marks between them.
class letters {
public:
  explicit letters(std::string_view text) : from_(text), text_(text) { step(); }

  bool at_end() const { return ended_; }
  const weight& now() const { return now_; }

  void step() {
    ended_ = true;
    if (pending_.letter != 0) {
      now_ = pending_;
      pending_ = {};
      ended_ = false;
    }
    while (!from_.at_end()) {
      begin_ = from_.position();
      const auto next = weight_of(from_.next_point());
      if (next.letter == 0) {
        if (!ended_) now_.accent = now_.accent * 31 + next.accent;
        continue;
      }
      if (!ended_) {
        pending_ = next;
        return;
      }
      now_ = next;
      ended_ = false;
    }
    begin_ = text_.size();
  }

  bool at_digit() const { return !ended_ && now_.letter >= ascii_weights['0'] && now_.letter <= ascii_weights['9']; }

private:
  unit_reader from_;
  std::string_view text_;
  std::size_t begin_ = 0;
  weight now_;
  weight pending_;
  bool ended_ = true;
};

/// Two runs of digits as numbers of any size; both are stepped over.
int compare_runs(letters& a, letters& b) {
  const auto zero = ascii_weights['0'];
  while (a.at_digit() && a.now().letter == zero) a.step();
  while (b.at_digit() && b.now().letter == zero) b.step();
  int first = 0;
  while (a.at_digit() && b.at_digit()) {
    if (first == 0) first = sign(a.now().letter, b.now().letter);
    a.step();
    b.step();
  }
  if (a.at_digit()) return 1;
  if (b.at_digit()) return -1;
  return first;
}

} // namespace

int collated(std::string_view a, std::string_view b, collation how) {
  int accent = 0;
  int capital = 0;
  letters left(a);
  letters right(b);
  while (!left.at_end() && !right.at_end()) {
    if (how.numeric && left.at_digit() && right.at_digit()) {
      if (const int runs = compare_runs(left, right); runs != 0) return runs;
      continue;
    }
    if (const int letter = sign(left.now().letter, right.now().letter); letter != 0) return letter;
    if (accent == 0) accent = sign(left.now().accent, right.now().accent);
    if (capital == 0) capital = sign(left.now().capital, right.now().capital);
    left.step();
    right.step();
  }
  if (!left.at_end()) return 1;
  if (!right.at_end()) return -1;
  if (how.accents && accent != 0) return accent;
  return how.cases ? capital : 0;
}

} // namespace enclaved::engine
