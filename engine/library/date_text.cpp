#include "engine/library/date_text.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace enclaved::engine {

namespace {

constexpr std::int64_t day_ms = 86'400'000;
constexpr double time_max = 8.64e15;

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

/// Days from 1970-01-01; years begin in March, so that the leap day is a year's last.
std::int64_t days_from_civil(std::int64_t year, int month, int day) {
  year -= month < 2 ? 1 : 0;
  const auto era = floor_div(year, 400);
  const auto year_of_era = year - era * 400;
  const auto day_of_year = (153 * (month + (month > 1 ? -2 : 10)) + 2) / 5 + day - 1;
  return era * 146'097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719'468;
}

template <class... Values>
std::string_view printed(date_buffer& out, const char* format, Values... values) {
  const int size = std::snprintf(out.data(), out.size(), format, values...);
  return {out.data(), static_cast<std::size_t>(size)};
}

const char* short_name(std::string_view name) { return name.data(); } // cut by the format

} // namespace

const std::array<std::string_view, 12> month_names{"January",   "February", "March",    "April",
                                                   "May",       "June",     "July",     "August",
                                                   "September", "October",  "November", "December"};
const std::array<std::string_view, 7> weekday_names{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                    "Thursday", "Friday", "Saturday"};

date_fields fields_of(double milliseconds) {
  const auto time = static_cast<std::int64_t>(milliseconds);
  const auto days = floor_div(time, day_ms);
  const auto rest = time - days * day_ms;
  const auto shifted = days + 719'468;
  const auto era = floor_div(shifted, 146'097);
  const auto day_of_era = shifted - era * 146'097;
  const auto year_of_era = (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const auto day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const auto month = (5 * day_of_year + 2) / 153;
  date_fields out;
  out.day = static_cast<int>(day_of_year - (153 * month + 2) / 5 + 1);
  out.month = static_cast<int>(month < 10 ? month + 2 : month - 10);
  out.year = year_of_era + era * 400 + (out.month < 2 ? 1 : 0);
  out.weekday = static_cast<int>(((days + 4) % 7 + 7) % 7);
  out.hour = static_cast<int>(rest / 3'600'000);
  out.minute = static_cast<int>(rest / 60'000 % 60);
  out.second = static_cast<int>(rest / 1'000 % 60);
  out.millisecond = static_cast<int>(rest % 1'000);
  return out;
}

double milliseconds_of(double year, double month, double day, double hour, double minute, double second,
                       double millisecond) {
  const double whole_year = year + std::floor(month / 12);
  if (!(std::fabs(whole_year) <= 400'000) || !std::isfinite(day + hour + minute + second + millisecond)) return NAN;
  const auto in_year = static_cast<int>(month - std::floor(month / 12) * 12);
  const auto days = static_cast<double>(days_from_civil(static_cast<std::int64_t>(whole_year), in_year, 1)) + day - 1;
  const double time = days * day_ms + (hour * 3'600'000 + minute * 60'000 + second * 1'000 + millisecond);
  return std::fabs(time) <= time_max ? time + 0.0 : NAN;
}

std::string_view date_iso(double milliseconds, date_buffer& out) {
  const auto at = fields_of(milliseconds);
  const char* format = at.year >= 0 && at.year <= 9'999 ? "%04lld-%02d-%02dT%02d:%02d:%02d.%03dZ"
                                                        : "%+07lld-%02d-%02dT%02d:%02d:%02d.%03dZ";
  return printed(out, format, static_cast<long long>(at.year), at.month + 1, at.day, at.hour, at.minute, at.second,
                 at.millisecond);
}

std::string_view date_text(double milliseconds, date_part what, date_buffer& out) {
  const auto at = fields_of(milliseconds);
  const char* weekday = short_name(weekday_names[static_cast<std::size_t>(at.weekday)]);
  const char* month = short_name(month_names[static_cast<std::size_t>(at.month)]);
  const char* sign = at.year < 0 ? "-" : "";
  const auto year = static_cast<long long>(std::llabs(at.year));
  switch (what) {
  case date_part::date: return printed(out, "%.3s %.3s %02d %s%04lld", weekday, month, at.day, sign, year);
  case date_part::time:
    return printed(out, "%02d:%02d:%02d GMT+0000 (Coordinated Universal Time)", at.hour, at.minute, at.second);
  default:
    return printed(out, "%.3s %.3s %02d %s%04lld %02d:%02d:%02d GMT+0000 (Coordinated Universal Time)", weekday, month,
                   at.day, sign, year, at.hour, at.minute, at.second);
  }
}

std::string_view date_utc(double milliseconds, date_buffer& out) {
  const auto at = fields_of(milliseconds);
  return printed(out, "%.3s, %02d %.3s %s%04lld %02d:%02d:%02d GMT",
                 short_name(weekday_names[static_cast<std::size_t>(at.weekday)]), at.day,
                 short_name(month_names[static_cast<std::size_t>(at.month)]), at.year < 0 ? "-" : "",
                 static_cast<long long>(std::llabs(at.year)), at.hour, at.minute, at.second);
}

} // namespace enclaved::engine
