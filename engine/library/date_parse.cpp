// Texts as times. ISO 8601 as ECMAScript has it comes first; a date alone is UTC, and so is everything else here. Then
// comes a reader for what people write: words and numbers in any usual order.
#include "engine/library/date_text.hpp"
#include "engine/library/units.hpp"

#include <array>
#include <cmath>
#include <cstdlib>
#include <optional>

namespace enclaved::engine {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

constexpr int offset_unknown = -100'000;

/// 2024, 2024-01, 2024-01-15, each with T10:05, :07, .123 and Z or +01:00 behind it.
class iso_reader {
public:
  explicit iso_reader(std::string_view text) : text_(text) {}

  std::optional<double> read() {
    int year = 0;
    if (!read_year(year)) return std::nullopt;
    int month = 1, day = 1, hour = 0, minute = 0, second = 0, offset = 0;
    double millisecond = 0;
    if (take('-')) {
      if (!number(2, month)) return std::nullopt;
      if (take('-') && !number(2, day)) return std::nullopt;
    }
    if (take('T') || take('t')) {
      if (!number(2, hour) || !take(':') || !number(2, minute)) return std::nullopt;
      if (take(':')) {
        if (!number(2, second)) return std::nullopt;
        if (take('.') && !fraction(millisecond)) return std::nullopt;
      }
      if (!read_offset(offset)) return std::nullopt;
    }
    if (at_ != text_.size() || month < 1 || month > 12 || day < 1 || day > 31 || minute > 59 || second > 59 ||
        hour > 24 || (hour == 24 && (minute != 0 || second != 0 || millisecond != 0)))
      return std::nullopt;
    return milliseconds_of(year, month - 1, day, hour, minute - offset, second, millisecond);
  }

private:
  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool number(int digits, int& out) {
    out = 0;
    for (; digits > 0; --digits, ++at_) {
      if (at_ >= text_.size() || !is_digit(text_[at_])) return false;
      out = out * 10 + (text_[at_] - '0');
    }
    return true;
  }

  bool read_year(int& year) {
    if (take('+')) return number(6, year);
    if (!take('-')) return number(4, year);
    if (!number(6, year) || year == 0) return false;
    year = -year;
    return true;
  }

  bool fraction(double& milliseconds) {
    double weight = 100;
    const auto begin = at_;
    for (; at_ < text_.size() && is_digit(text_[at_]); ++at_, weight /= 10)
      if (weight >= 1) milliseconds += (text_[at_] - '0') * weight;
    return at_ > begin;
  }

  bool read_offset(int& minutes) {
    if (at_ == text_.size() || take('Z') || take('z')) return true;
    const bool ahead = take('+');
    int hours = 0;
    if (!ahead && !take('-')) return false;
    if (!number(2, hours)) return false;
    take(':'); // many leave it out
    if (!number(2, minutes) || hours > 23 || minutes > 59) return false;
    minutes = (ahead ? 1 : -1) * (hours * 60 + minutes);
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// What people write. A word counts by its first three letters; numbers belong to the time when colons join them, and
/// to the date otherwise.
class loose_reader {
public:
  explicit loose_reader(std::string_view text) : text_(text) {}

  double read() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (is_digit(c)) {
        if (!read_number()) return NAN;
      } else if (is_letter(c)) {
        if (!read_word()) return NAN;
      } else if (c == '(') {
        skip_remark();
      } else if ((c == '+' || c == '-') && (has_time_ || zone_ == 0)) {
        if (!read_offset(c == '+' ? 1 : -1)) return NAN;
      } else if (c == '-' || c == '/' || c == ',' || c == '.' || c == ':') {
        if (c == ')' || (c == ':' && dates_ == 0)) return NAN;
        ++at_;
      } else {
        unit_reader from(text_.substr(at_));
        const auto unit = from.next();
        // Between words anything may stand before the first number.
        if (!is_space(unit) && dates_ > 0) return NAN;
        at_ += from.position();
      }
    }
    return finish();
  }

private:
  int digits(std::size_t& count) {
    long value = 0;
    count = 0;
    for (; at_ < text_.size() && is_digit(text_[at_]); ++at_, ++count)
      if (value < 100'000'000) value = value * 10 + (text_[at_] - '0');
    return static_cast<int>(value);
  }

  bool next_is(char c) const { return at_ < text_.size() && text_[at_] == c; }
  bool digit_follows(std::size_t behind) const { return at_ + behind < text_.size() && is_digit(text_[at_ + behind]); }

  bool read_number() {
    std::size_t count = 0;
    const int value = digits(count);
    if (next_is(':') && digit_follows(1) && !has_time_) return read_time(value);
    if (dates_ == numbers_.size()) return false;
    lengths_[dates_] = count;
    numbers_[dates_++] = value;
    return true;
  }

  bool read_time(int hour) {
    std::size_t count = 0;
    has_time_ = true;
    hour_ = hour;
    ++at_;
    minute_ = digits(count);
    if (next_is(':') && digit_follows(1)) {
      ++at_;
      second_ = digits(count);
      if (next_is('.') && digit_follows(1)) {
        ++at_;
        double weight = 100;
        for (; at_ < text_.size() && is_digit(text_[at_]); ++at_, weight /= 10)
          if (weight >= 1) millisecond_ += (text_[at_] - '0') * weight;
      }
    }
    return minute_ < 60 && second_ < 60 && hour_ <= 24;
  }

  bool read_word() {
    const auto begin = at_;
    while (at_ < text_.size() && is_letter(text_[at_])) ++at_;
    const auto length = at_ - begin;
    std::array<char, 3> word{};
    for (std::size_t i = 0; i < length && i < word.size(); ++i) word[i] = static_cast<char>(text_[begin + i] | 0x20);
    const std::string_view start(word.data(), std::min<std::size_t>(length, word.size()));
    if ((start == "am" || start == "pm") && length == 2) return read_half(start == "pm");
    if (start == "z" || start == "utc" || start == "gmt" || start == "ut") {
      zone_ = 0;
      return true;
    }
    struct zone {
      std::string_view name;
      int hours;
    };
    constexpr zone zones[] = {{"est", -5}, {"edt", -4}, {"cst", -6}, {"cdt", -5},
                              {"mst", -7}, {"mdt", -6}, {"pst", -8}, {"pdt", -7}};
    for (const auto& it : zones)
      if (it.name == start && length == 3) {
        zone_ = it.hours * 60;
        return true;
      }
    for (std::size_t i = 0; i < month_names.size(); ++i)
      if (length >= 3 && matches(start, month_names[i])) {
        month_ = static_cast<int>(i);
        return true;
      }
    return dates_ == 0 && !has_time_; // days of the week and other words in front are passed over
  }

  static bool matches(std::string_view start, std::string_view name) {
    for (std::size_t i = 0; i < 3; ++i)
      if (start[i] != (name[i] | 0x20)) return false;
    return true;
  }

  bool read_half(bool afternoon) {
    if (!has_time_) { // "10 AM"
      if (dates_ == 0) return false;
      has_time_ = true;
      hour_ = numbers_[--dates_];
    }
    if (hour_ > 12) return false;
    hour_ = hour_ % 12 + (afternoon ? 12 : 0);
    return true;
  }

  bool read_offset(int sign) {
    if (!digit_follows(1)) {
      ++at_;
      return true;
    }
    ++at_;
    std::size_t count = 0;
    int value = digits(count);
    if (next_is(':')) {
      ++at_;
      value = value * 100 + digits(count);
    } else if (count <= 2) {
      value *= 100;
    }
    zone_ = sign * (value / 100 * 60 + value % 100);
    return value / 100 <= 23 && value % 100 < 60;
  }

  void skip_remark() {
    int depth = 0;
    do {
      if (text_[at_] == '(') ++depth;
      if (text_[at_] == ')') --depth;
      ++at_;
    } while (at_ < text_.size() && depth > 0);
  }

  static int whole_year(int year, std::size_t digits) {
    if (digits > 2) return year;
    return year < 50 ? year + 2'000 : year + 1'900;
  }

  double finish() const {
    constexpr int usual_year = 2001; // of a date without a year
    int year = usual_year;
    int day = 1;
    int month = month_;
    if (dates_ == 0) return NAN;
    if (month >= 0) {
      const bool year_first = dates_ > 1 && (numbers_[0] > 31 || lengths_[0] > 2);
      day = numbers_[year_first ? 1 : 0];
      if (dates_ > 1) year = whole_year(numbers_[year_first ? 0 : 1], lengths_[year_first ? 0 : 1]);
      if (dates_ == 1 && (numbers_[0] > 31 || lengths_[0] > 2)) {
        year = whole_year(numbers_[0], lengths_[0]);
        day = 1;
      }
      if (dates_ > 2) return NAN;
    } else if (dates_ == 3) {
      const bool year_first = numbers_[0] > 31 || lengths_[0] > 2;
      month = numbers_[year_first ? 1 : 0] - 1;
      day = numbers_[year_first ? 2 : 1];
      year = whole_year(numbers_[year_first ? 0 : 2], lengths_[year_first ? 0 : 2]);
    } else if (dates_ == 2) {
      const bool year_first = numbers_[0] > 31 || lengths_[0] > 2;
      if (year_first) year = numbers_[0];
      month = numbers_[year_first ? 1 : 0] - 1;
      day = year_first ? 1 : numbers_[1];
    } else {
      if (lengths_[0] > 6) return NAN;
      const bool is_month = numbers_[0] >= 1 && numbers_[0] <= 12;
      if (!is_month && numbers_[0] < 32) return NAN;
      month = is_month ? numbers_[0] - 1 : 0;
      if (!is_month) year = whole_year(numbers_[0], lengths_[0]);
    }
    if (month < 0 || month > 11 || day < 1 || day > 31) return NAN;
    const int zone = zone_ == offset_unknown ? 0 : zone_;
    return milliseconds_of(year, month, day, hour_, minute_ - zone, second_, millisecond_);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::array<int, 3> numbers_{};
  std::array<std::size_t, 3> lengths_{};
  std::size_t dates_ = 0;
  int month_ = -1;
  bool has_time_ = false;
  int hour_ = 0, minute_ = 0, second_ = 0;
  double millisecond_ = 0;
  int zone_ = offset_unknown;
};

} // namespace

double date_parsed(std::string_view text) {
  constexpr std::size_t most = 256; // no date is longer
  if (text.size() > most) return NAN;
  if (const auto iso = iso_reader(text).read()) return *iso;
  return loose_reader(text).read();
}

} // namespace enclaved::engine
