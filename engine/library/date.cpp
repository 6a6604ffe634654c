#include "engine/library/date.hpp"

#include "engine/duktape/inside.h"
#include "engine/library/date_text.hpp"
#include "engine/library/members.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>

namespace enclaved::engine {

namespace {

double this_time(duk_context* ctx) {
  duk_push_this(ctx);
  if (enclaved_class_of(ctx, -1) != ENCLAVED_CLASS_DATE)
    (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "this is not a Date object.");
  return enclaved_date_of(ctx, -1);
}

duk_ret_t answer(duk_context* ctx, std::string_view text) {
  duk_push_lstring(ctx, text.data(), text.size());
  return 1;
}

constexpr std::string_view invalid = "Invalid Date";

/// toString, toDateString and toTimeString, by magic.
duk_ret_t to_text(duk_context* ctx) {
  const double time = this_time(ctx);
  date_buffer out;
  return answer(ctx,
                std::isnan(time) ? invalid : date_text(time, static_cast<date_part>(duk_get_current_magic(ctx)), out));
}

duk_ret_t to_utc_string(duk_context* ctx) {
  const double time = this_time(ctx);
  date_buffer out;
  return answer(ctx, std::isnan(time) ? invalid : date_utc(time, out));
}

duk_ret_t to_iso_string(duk_context* ctx) {
  const double time = this_time(ctx);
  date_buffer out;
  if (std::isnan(time)) return duk_error(ctx, DUK_ERR_RANGE_ERROR, "Invalid time value");
  return answer(ctx, date_iso(time, out));
}

/// [Symbol.toPrimitive](hint): a Date is a text unless a number is asked for.
duk_ret_t to_primitive(duk_context* ctx) {
  duk_push_this(ctx);
  if (duk_is_object(ctx, -1) == 0) return duk_error(ctx, DUK_ERR_TYPE_ERROR, "this is not an object");
  const std::string_view hint = duk_is_string(ctx, 0) != 0 ? duk_get_string(ctx, 0) : "";
  const bool text_first = hint == "string" || hint == "default";
  if (!text_first && hint != "number")
    return duk_error(ctx, DUK_ERR_TYPE_ERROR, "Invalid hint: %s", duk_safe_to_string(ctx, 0));
  for (const bool text : {text_first, !text_first}) {
    duk_get_prop_string(ctx, -1, text ? "toString" : "valueOf");
    if (duk_is_callable(ctx, -1) == 0) {
      duk_pop(ctx);
      continue;
    }
    duk_dup(ctx, -2);
    duk_call_method(ctx, 0);
    if (duk_is_object(ctx, -1) == 0) return 1;
    duk_pop(ctx);
  }
  return duk_error(ctx, DUK_ERR_TYPE_ERROR, "Cannot convert object to primitive value");
}

// -- toLocaleString and its like
// ----------------------------------------------------------------------------------------

/// How a field is shown; what is not understood is left out.
enum class width : std::uint8_t { none, numeric, two_digits, abbreviated, full, narrow };

struct date_style {
  width weekday = width::none, year = width::none, month = width::none, day = width::none;
  width hour = width::none, minute = width::none, second = width::none;
  int fraction = 0;
  bool half_days = true;
  bool ends_at_24 = false; ///< midnight is 24:00
  bool names_zone = false;
  bool full_joined = false; ///< "at" between a long date and its time

  bool has_date() const {
    return weekday != width::none || year != width::none || month != width::none || day != width::none;
  }
  bool has_time() const {
    return hour != width::none || minute != width::none || second != width::none || fraction > 0;
  }
};

width width_option(duk_context* ctx, duk_idx_t options, const char* name) {
  duk_get_prop_string(ctx, options, name);
  width result = width::none;
  if (duk_is_undefined(ctx, -1) == 0) {
    const std::string_view text = duk_to_string(ctx, -1);
    result = text == "2-digit"   ? width::two_digits
             : text == "short"   ? width::abbreviated
             : text == "long"    ? width::full
             : text == "narrow"  ? width::narrow
             : text == "numeric" ? width::numeric
                                 : width::none;
    if (result == width::none)
      (void)duk_error(ctx, DUK_ERR_RANGE_ERROR, "Value %s out of range for Intl.DateTimeFormat options property %s",
                      duk_to_string(ctx, -1), name);
  }
  duk_pop(ctx);
  return result;
}

/// dateStyle and timeStyle stand for a set of fields.
bool read_named_style(duk_context* ctx, duk_idx_t options, date_style& style) {
  bool found = false;
  duk_get_prop_string(ctx, options, "dateStyle");
  if (duk_is_undefined(ctx, -1) == 0) {
    const std::string_view name = duk_to_string(ctx, -1);
    found = true;
    style.year = name == "short" ? width::two_digits : width::numeric;
    style.month = name == "short" ? width::numeric : name == "medium" ? width::abbreviated : width::full;
    style.day = width::numeric;
    if (name == "full") style.weekday = width::full;
    style.full_joined = name == "full" || name == "long";
  }
  duk_get_prop_string(ctx, options, "timeStyle");
  if (duk_is_undefined(ctx, -1) == 0) {
    const std::string_view name = duk_to_string(ctx, -1);
    found = true;
    style.hour = width::numeric;
    style.minute = width::two_digits;
    if (name != "short") style.second = width::two_digits;
    style.names_zone = name == "full" || name == "long";
  }
  duk_pop_2(ctx);
  return found;
}

void read_zone(duk_context* ctx, duk_idx_t options) {
  duk_get_prop_string(ctx, options, "timeZone");
  if (duk_is_undefined(ctx, -1) == 0) {
    const std::string_view zone = duk_to_string(ctx, -1);
    const bool known = zone == "UTC" || zone == "utc" || zone == "GMT" || zone == "Etc/UTC" || zone == "Etc/GMT";
    if (!known)
      (void)duk_error(ctx, DUK_ERR_RANGE_ERROR,
                      "Invalid time zone specified: %s: scripts live in UTC, there is no other",
                      duk_to_string(ctx, -1));
  }
  duk_pop(ctx);
}

void read_fields(duk_context* ctx, duk_idx_t options, date_style& style) {
  if (duk_is_object(ctx, options) == 0) return;
  read_zone(ctx, options);
  duk_get_prop_string(ctx, options, "hour12");
  if (duk_is_undefined(ctx, -1) == 0) {
    style.half_days = duk_to_boolean(ctx, -1) != 0;
    style.ends_at_24 = !style.half_days;
  }
  duk_get_prop_string(ctx, options, "hourCycle");
  if (duk_is_string(ctx, -1) != 0 && duk_is_undefined(ctx, -2) != 0)
    style.half_days = duk_get_string(ctx, -1)[1] == '1';
  duk_pop_2(ctx);
  if (read_named_style(ctx, options, style)) return;
  style.weekday = width_option(ctx, options, "weekday");
  style.year = width_option(ctx, options, "year");
  style.month = width_option(ctx, options, "month");
  style.day = width_option(ctx, options, "day");
  style.hour = width_option(ctx, options, "hour");
  style.minute = width_option(ctx, options, "minute");
  style.second = width_option(ctx, options, "second");
  duk_get_prop_string(ctx, options, "fractionalSecondDigits");
  if (duk_is_undefined(ctx, -1) == 0) style.fraction = std::clamp(duk_to_int(ctx, -1), 0, 3);
  duk_pop(ctx);
  duk_get_prop_string(ctx, options, "timeZoneName");
  style.names_zone = duk_is_undefined(ctx, -1) == 0;
  duk_pop(ctx);
}

/// Appends to a text that is long enough for every style.
struct line {
  char text[192] = {};
  std::size_t size = 0;

  void put(std::string_view part) {
    std::memcpy(text + size, part.data(), part.size());
    size += part.size();
  }
  void number(std::int64_t value, int digits) {
    size += static_cast<std::size_t>(std::snprintf(text + size, 24, "%0*lld", digits, static_cast<long long>(value)));
  }
  void name(std::string_view whole, width how) {
    put(how == width::full ? whole : whole.substr(0, how == width::narrow ? 1 : 3));
  }
};

void put_year(line& out, std::int64_t year, width how) {
  const auto shown = year > 0 ? year : 1 - year; // before the year 1 comes the first one before it
  if (how == width::two_digits) return out.number(shown % 100, 2);
  out.number(shown, 1);
}

/// January 15, 2024 or 1/15/2024
void put_date(line& out, const date_fields& at, const date_style& style) {
  const bool named = style.month == width::full || style.month == width::abbreviated || style.month == width::narrow;
  if (style.weekday != width::none) {
    out.name(weekday_names[static_cast<std::size_t>(at.weekday)], style.weekday);
    if (style.month != width::none || style.year != width::none || style.day != width::none)
      out.put(style.month == width::none && style.year == width::none ? " " : ", ");
    if (style.month == width::none && style.year == width::none && style.day != width::none) {
      // "15 Monday"
      out.size = 0;
      out.number(at.day, style.day == width::two_digits ? 2 : 1);
      out.put(" ");
      out.name(weekday_names[static_cast<std::size_t>(at.weekday)], style.weekday);
      return;
    }
  }
  if (style.month != width::none) {
    if (named)
      out.name(month_names[static_cast<std::size_t>(at.month)], style.month);
    else
      out.number(at.month + 1, style.month == width::two_digits ? 2 : 1);
  }
  if (style.day != width::none) {
    if (style.month != width::none) out.put(named ? " " : "/");
    out.number(at.day, style.day == width::two_digits ? 2 : 1);
  }
  if (style.year != width::none) {
    if (style.month != width::none) out.put(!named ? "/" : style.day != width::none ? ", " : " ");
    put_year(out, at.year, style.year);
  }
}

/// 10:05:07 AM
void put_time(line& out, const date_fields& at, const date_style& style) {
  bool first = true;
  if (style.hour != width::none) {
    const int hour = style.half_days ? (at.hour + 11) % 12 + 1 : at.hour == 0 && style.ends_at_24 ? 24 : at.hour;
    out.number(hour, style.hour == width::two_digits || !style.half_days ? 2 : 1);
    first = false;
  }
  if (style.minute != width::none) {
    if (!first) out.put(":");
    out.number(at.minute, first && style.second == width::none ? 1 : 2);
    first = false;
  }
  if (style.second != width::none) {
    if (!first) out.put(":");
    out.number(at.second, first ? 1 : 2);
    first = false;
  }
  if (style.fraction > 0) {
    if (!first) out.put(".");
    constexpr int divisors[] = {1, 100, 10, 1};
    out.number(at.millisecond / divisors[style.fraction], style.fraction);
  }
  if (style.half_days && style.hour != width::none) {
    out.put(at.hour < 12 ? " AM" : " PM");
  }
}

/// toLocaleString, toLocaleDateString and toLocaleTimeString (locale, options), by magic. The locale is not looked at.
duk_ret_t to_locale_text(duk_context* ctx) {
  const auto what = static_cast<date_part>(duk_get_current_magic(ctx));
  const double time = this_time(ctx);
  date_style style;
  read_fields(ctx, 1, style);
  if (std::isnan(time)) return answer(ctx, invalid);
  const bool wants_date =
      what != date_part::time && !style.has_date() && (what == date_part::date || !style.has_time());
  const bool wants_time =
      what != date_part::date && !style.has_time() && (what == date_part::time || !style.has_date());
  if (wants_date) style.year = style.month = style.day = width::numeric;
  if (wants_time) style.hour = style.minute = style.second = width::numeric;
  const auto at = fields_of(time);
  line out;
  put_date(out, at, style);
  const bool named = style.month == width::full || style.month == width::abbreviated || style.month == width::narrow;
  if (style.has_date() && style.has_time())
    out.put(style.full_joined || (named && style.month == width::full) ? " at " : ", ");
  if (style.has_time()) put_time(out, at, style);
  if (style.names_zone) out.put(style.has_time() ? " UTC" : ", UTC");
  return answer(ctx, {out.text, out.size});
}

constexpr auto magic(date_part what) { return static_cast<duk_int_t>(what); }

constexpr method methods[] = {
    {"toString", to_text, 0, 0, magic(date_part::both)},
    {"toDateString", to_text, 0, 0, magic(date_part::date)},
    {"toTimeString", to_text, 0, 0, magic(date_part::time)},
    {"toUTCString", to_utc_string, 0, 0},
    {"toISOString", to_iso_string, 0, 0},
    {"toLocaleString", to_locale_text, 2, 0, magic(date_part::both)},
    {"toLocaleDateString", to_locale_text, 2, 0, magic(date_part::date)},
    {"toLocaleTimeString", to_locale_text, 2, 0, magic(date_part::time)},
    {"@@toPrimitive", to_primitive, 1, 1},
};

} // namespace

void add_date(duk_context* ctx) {
  push_built_in(ctx, "Date", "prototype");
  add_methods(ctx, methods);
  enclaved_date_to_iso = to_iso_string;
  // It stays as it is in every program.
  duk_push_string(ctx, DUK_WELLKNOWN_SYMBOL("Symbol.toPrimitive"));
  duk_def_prop(ctx, -2, DUK_DEFPROP_CLEAR_WRITABLE | DUK_DEFPROP_SET_CONFIGURABLE | DUK_DEFPROP_FORCE);
  // The same function under its older name.
  duk_push_string(ctx, "toGMTString");
  duk_get_prop_string(ctx, -2, "toUTCString");
  duk_def_prop(ctx, -3, as_built_in);
  duk_pop(ctx);
}

} // namespace enclaved::engine

extern "C" double enclaved_date_parse(const char* text) { return enclaved::engine::date_parsed(text); }

extern "C" unsigned long enclaved_date_text(double milliseconds, char* out) {
  enclaved::engine::date_buffer buffer;
  const auto text = enclaved::engine::date_text(milliseconds, enclaved::engine::date_part::both, buffer);
  std::memcpy(out, text.data(), text.size());
  return text.size();
}
