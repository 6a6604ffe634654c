// Times as text and back, in UTC and in the forms that people of the United States write: fixed, whatever the host's
// locale and time zone are. Knows no heap.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace enclaved::engine {

using date_buffer = std::array<char, 128>;

/// A time in milliseconds since 1970, taken apart; the proleptic Gregorian calendar.
struct date_fields {
  std::int64_t year = 1970;
  int month = 0; ///< from 0
  int day = 1;
  int weekday = 0; ///< from Sunday
  int hour = 0, minute = 0, second = 0, millisecond = 0;
};
date_fields fields_of(double milliseconds);
/// Fields that need not be in their ranges; NaN when a Date cannot hold the result.
double milliseconds_of(double year, double month, double day, double hour, double minute, double second,
                       double millisecond);

/// 2024-01-15T10:05:07.000Z
std::string_view date_iso(double milliseconds, date_buffer& out);
/// Mon Jan 15 2024; 10:05:07 GMT+0000 (Coordinated Universal Time); both
enum class date_part : std::uint8_t { date, time, both };
std::string_view date_text(double milliseconds, date_part what, date_buffer& out);
/// Mon, 15 Jan 2024 10:05:07 GMT
std::string_view date_utc(double milliseconds, date_buffer& out);

extern const std::array<std::string_view, 12> month_names;
extern const std::array<std::string_view, 7> weekday_names;

/// ISO 8601 first, then whatever else mentions day, month and year in a usual way; NaN for all other texts.
double date_parsed(std::string_view text);

} // namespace enclaved::engine
