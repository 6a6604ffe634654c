#include "engine/library/number_text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

namespace enclaved::engine {

namespace {

/// Appends to a buffer that is large enough for whatever is appended.
class writer {
public:
  explicit writer(number_buffer& out) : out_(out) {}
  writer& put(char c) {
    out_[size_++] = c;
    return *this;
  }
  writer& put(std::string_view text) {
    std::memcpy(out_.data() + size_, text.data(), text.size());
    size_ += text.size();
    return *this;
  }
  writer& zeros(int count) {
    for (; count > 0; --count) put('0');
    return *this;
  }
  writer& exponent(int value) {
    put('e').put(value < 0 ? '-' : '+');
    char text[8];
    const auto end = std::to_chars(text, text + sizeof text, std::abs(value)).ptr;
    return put({text, static_cast<std::size_t>(end - text)});
  }
  std::string_view view() const { return {out_.data(), size_}; }

private:
  number_buffer& out_;
  std::size_t size_ = 0;
};

/// The digits of a positive number d.ddd × 10^exponent.
struct decimal {
  std::array<char, 512> digits; ///< as characters
  int count = 0;
  int exponent = 0;

  std::string_view view() const { return {digits.data(), static_cast<std::size_t>(count)}; }

  /// Takes apart what to_chars writes in scientific notation.
  void read(std::string_view scientific) {
    const auto e = scientific.find('e');
    for (const char c : scientific.substr(0, e))
      if (c != '.') digits[static_cast<std::size_t>(count++)] = c;
    auto power = scientific.substr(e + 1);
    if (power.front() == '+') power.remove_prefix(1);
    std::from_chars(power.data(), power.data() + power.size(), exponent);
  }

  /// Keeps `most` digits, a half being rounded up. The exponent grows when all were nines.
  void round_to(int most) {
    const bool up = most < count && digits[static_cast<std::size_t>(most)] >= '5';
    count = std::min(count, most);
    if (!up) return;
    int at = most - 1;
    for (; at >= 0 && digits[static_cast<std::size_t>(at)] == '9'; --at) digits[static_cast<std::size_t>(at)] = '0';
    if (at >= 0) {
      ++digits[static_cast<std::size_t>(at)];
      return;
    }
    digits[0] = '1';
    if (most == 0) count = 1;
    ++exponent;
  }
};

/// As many digits as it takes to read the number back.
decimal shortest(double positive) {
  char text[40];
  const auto end = std::to_chars(text, text + sizeof text, positive, std::chars_format::scientific).ptr;
  decimal result;
  result.read({text, static_cast<std::size_t>(end - text)});
  return result;
}

/// `count` digits, rounded half up. A number lies on a half or away from it by more than 17 digits show, so these are
/// asked for in addition.
decimal rounded(double positive, int count) {
  constexpr int beyond = 20;
  char text[400];
  const auto end = std::to_chars(text, text + sizeof text, positive, std::chars_format::scientific,
                                 std::clamp(count, 0, 340) + beyond)
                       .ptr;
  decimal result;
  result.read({text, static_cast<std::size_t>(end - text)});
  result.round_to(count);
  return result;
}

std::string_view constant_of(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number < 0 ? "-Infinity" : "Infinity";
  return {};
}

void put_fraction(writer& to, std::string_view digits) {
  if (!digits.empty()) to.put('.').put(digits);
}

void put_scientific(writer& to, const decimal& what) {
  to.put(what.digits[0]);
  put_fraction(to, what.view().substr(1));
  to.exponent(what.exponent);
}

constexpr std::string_view all_digits = "0123456789abcdefghijklmnopqrstuvwxyz";

/// What stands behind the point, as many digits as tell the number from its neighbours; true when it came out as 1.
bool put_radix_fraction(double fraction, double half_gap, int radix, std::array<char, 1200>& digits,
                        std::size_t& count) {
  if (fraction < half_gap) return false;
  do {
    fraction *= radix;
    half_gap *= radix;
    const int digit = static_cast<int>(fraction);
    digits[count++] = all_digits[static_cast<std::size_t>(digit)];
    fraction -= digit;
    const bool nearer_above = fraction > 0.5 || (fraction == 0.5 && digit % 2 != 0);
    if (!nearer_above || fraction + half_gap <= 1) continue;
    for (;;) { // one up, which may carry
      if (count == 0) return true;
      const auto last = all_digits.find(digits[--count]) + 1;
      if (last >= static_cast<std::size_t>(radix)) continue;
      digits[count++] = all_digits[last];
      return false;
    }
  } while (fraction >= half_gap);
  return false;
}

} // namespace

std::string_view number_text(double number, number_buffer& out) {
  if (const auto constant = constant_of(number); !constant.empty()) return constant;
  if (std::trunc(number) == number && std::fabs(number) < 1e15) {
    const auto end = std::to_chars(out.data(), out.data() + out.size(), static_cast<long long>(number)).ptr;
    return {out.data(), static_cast<std::size_t>(end - out.data())};
  }
  writer to(out);
  if (number < 0) to.put('-');
  const auto what = shortest(std::fabs(number));
  const auto digits = what.view();
  const int point = what.exponent + 1; // digits in front of it
  if (what.count <= point && point <= 21) {
    to.put(digits).zeros(point - what.count);
  } else if (0 < point && point <= 21) {
    to.put(digits.substr(0, static_cast<std::size_t>(point)));
    put_fraction(to, digits.substr(static_cast<std::size_t>(point)));
  } else if (-6 < point && point <= 0) {
    to.put("0.").zeros(-point).put(digits);
  } else {
    put_scientific(to, what);
  }
  return to.view();
}

std::string_view number_fixed(double number, int digits, number_buffer& out) {
  writer to(out);
  const double positive = std::fabs(number);
  auto what = positive == 0 ? decimal{} : rounded(positive, shortest(positive).exponent + 1 + digits);
  if (positive == 0 || what.count == 0 || shortest(positive).exponent + 1 + digits < 0) {
    what = decimal{};
    what.exponent = -1;
  }
  if (number < 0) to.put('-');
  const auto all = what.view();
  const int whole = what.exponent + 1;
  if (whole <= 0 || what.count == 0) {
    to.put('0');
  } else {
    const auto there = std::min(whole, what.count);
    to.put(all.substr(0, static_cast<std::size_t>(there))).zeros(whole - there);
  }
  if (digits == 0) return to.view();
  to.put('.');
  const int leading = what.count == 0 ? digits : std::min(std::max(-whole, 0), digits);
  to.zeros(leading);
  const auto rest = what.count > std::max(whole, 0) ? all.substr(static_cast<std::size_t>(std::max(whole, 0))) : "";
  const auto shown = rest.substr(0, static_cast<std::size_t>(digits - leading));
  to.put(shown).zeros(digits - leading - static_cast<int>(shown.size()));
  return to.view();
}

std::string_view number_rounded(double number, int power, int digits, number_buffer& out) {
  writer to(out);
  if (number == 0) return to.put('0').view();
  auto what = shortest(number);
  what.exponent += power;
  const int kept = what.exponent + 1 + digits;
  if (kept < 0) return to.put('0').view();
  what.round_to(kept);
  while (what.count > 0 && what.digits[static_cast<std::size_t>(what.count - 1)] == '0') --what.count;
  if (what.count == 0) return to.put('0').view();
  const int point = what.exponent + 1;
  const auto whole = static_cast<std::size_t>(std::clamp(point, 0, what.count));
  if (point <= 0) to.put('0');
  to.put(what.view().substr(0, whole)).zeros(point - what.count);
  if (whole == static_cast<std::size_t>(what.count)) return to.view();
  return to.put('.').zeros(-point).put(what.view().substr(whole)).view();
}

std::string_view number_exponential(double number, int digits, number_buffer& out) {
  writer to(out);
  if (number < 0) to.put('-');
  if (number == 0) {
    to.put('0');
    if (digits > 0) to.put('.').zeros(digits);
    return to.put("e+0").view();
  }
  put_scientific(to, digits < 0 ? shortest(std::fabs(number)) : rounded(std::fabs(number), digits + 1));
  return to.view();
}

std::string_view number_precise(double number, int digits, number_buffer& out) {
  writer to(out);
  if (number < 0) to.put('-');
  if (number == 0) {
    to.put('0');
    if (digits > 1) to.put('.').zeros(digits - 1);
    return to.view();
  }
  const auto what = rounded(std::fabs(number), digits);
  const int point = what.exponent + 1;
  if (what.exponent < -6 || what.exponent >= digits) {
    put_scientific(to, what);
  } else if (point <= 0) {
    to.put("0.").zeros(-point).put(what.view());
  } else {
    to.put(what.view().substr(0, static_cast<std::size_t>(point)));
    put_fraction(to, what.view().substr(static_cast<std::size_t>(point)));
  }
  return to.view();
}

std::string_view number_in_radix(double number, int radix, number_buffer& out) {
  if (const auto constant = constant_of(number); !constant.empty()) return constant;
  if (number == 0) return "0";
  const double value = std::fabs(number);
  double whole = std::floor(value);
  const double half_gap = std::max(0.5 * (std::nextafter(value, std::numeric_limits<double>::infinity()) - value),
                                   std::numeric_limits<double>::denorm_min());
  std::array<char, 1200> fraction;
  std::size_t fraction_digits = 0;
  if (put_radix_fraction(value - whole, half_gap, radix, fraction, fraction_digits)) whole += 1;
  std::array<char, 1100> digits; // from the end
  std::size_t first = digits.size();
  for (; whole / radix >= 0x1p53; whole /= radix) digits[--first] = '0'; // digits that the number does not have
  do {
    const double digit = std::fmod(whole, radix);
    digits[--first] = all_digits[static_cast<std::size_t>(digit)];
    whole = (whole - digit) / radix;
  } while (whole > 0);
  writer to(out);
  if (number < 0) to.put('-');
  to.put({digits.data() + first, digits.size() - first});
  put_fraction(to, {fraction.data(), fraction_digits});
  return to.view();
}

std::optional<double> number_of(std::string_view text) {
  const auto is_digit = [&](std::size_t at) { return at < text.size() && text[at] >= '0' && text[at] <= '9'; };
  std::size_t at = text.starts_with('-') ? 1 : 0;
  if (!is_digit(at)) return std::nullopt;
  if (text[at] == '0')
    ++at;
  else
    while (is_digit(at)) ++at;
  if (at < text.size() && text[at] == '.') {
    if (!is_digit(++at)) return std::nullopt;
    while (is_digit(at)) ++at;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (!is_digit(at)) return std::nullopt;
    while (is_digit(at)) ++at;
  }
  if (at != text.size()) return std::nullopt;
  double result = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), result);
  if (read.ec != std::errc::result_out_of_range) return result;
  // Too large or too small to tell from nothing: which one, its exponent says.
  const auto e = text.find_first_of("eE");
  const bool tiny = (e != std::string_view::npos && text[e + 1] == '-') ||
                    (e == std::string_view::npos && text.find_first_of("123456789") > text.find('.'));
  const double size = tiny ? 0 : std::numeric_limits<double>::infinity();
  return text.starts_with('-') ? -size : size;
}

} // namespace enclaved::engine
