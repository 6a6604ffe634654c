#include "engine/library/number.hpp"

#include "engine/budget.hpp"
#include "engine/duktape/inside.h"
#include "engine/library/members.hpp"
#include "engine/library/number_text.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace enclaved::engine {

namespace {

/// [ … ] -> [ … this ]: the number of `this`, which is one or an object made of one.
double this_number(duk_context* ctx) {
  duk_push_this(ctx);
  if (duk_is_number(ctx, -1) == 0 && (enclaved_push_boxed(ctx, -1) == 0 || duk_is_number(ctx, -1) == 0))
    (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "this is not a number");
  return duk_get_number(ctx, -1);
}

duk_ret_t answer(duk_context* ctx, std::string_view text) {
  duk_push_lstring(ctx, text.data(), text.size());
  return 1;
}

duk_ret_t out_of_range(duk_context* ctx, const char* function, int least, int most) {
  return duk_error(ctx, DUK_ERR_RANGE_ERROR, "%s() takes %d to %d digits", function, least, most);
}

duk_ret_t to_string(duk_context* ctx) {
  const double number = this_number(ctx);
  const double radix = duk_is_undefined(ctx, 0) != 0 ? 10 : to_integer(ctx, 0);
  if (!(radix >= 2 && radix <= 36))
    return duk_error(ctx, DUK_ERR_RANGE_ERROR, "toString() radix must be between 2 and 36");
  the_budget().spend(50);
  number_buffer out;
  return answer(ctx, radix == 10 ? number_text(number, out) : number_in_radix(number, static_cast<int>(radix), out));
}

duk_ret_t to_fixed(duk_context* ctx) {
  const double number = this_number(ctx);
  const double digits = to_integer(ctx, 0);
  if (!(digits >= 0 && digits <= 100)) return out_of_range(ctx, "toFixed", 0, 100);
  number_buffer out;
  if (!std::isfinite(number) || std::fabs(number) >= 1e21) return answer(ctx, number_text(number, out));
  the_budget().spend(100);
  return answer(ctx, number_fixed(number, static_cast<int>(digits), out));
}

duk_ret_t to_exponential(duk_context* ctx) {
  const double number = this_number(ctx);
  const bool as_needed = duk_is_undefined(ctx, 0) != 0;
  const double digits = to_integer(ctx, 0);
  number_buffer out;
  if (!std::isfinite(number)) return answer(ctx, number_text(number, out));
  if (!(digits >= 0 && digits <= 100)) return out_of_range(ctx, "toExponential", 0, 100);
  the_budget().spend(100);
  return answer(ctx, number_exponential(number, as_needed ? -1 : static_cast<int>(digits), out));
}

duk_ret_t to_precision(duk_context* ctx) {
  const double number = this_number(ctx);
  number_buffer out;
  if (duk_is_undefined(ctx, 0) != 0) return answer(ctx, number_text(number, out));
  const double digits = to_integer(ctx, 0);
  if (!std::isfinite(number)) return answer(ctx, number_text(number, out));
  if (!(digits >= 1 && digits <= 100)) return out_of_range(ctx, "toPrecision", 1, 100);
  the_budget().spend(100);
  return answer(ctx, number_precise(number, static_cast<int>(digits), out));
}

// -- as people in the United States write it, the one locale there is
// ---------------------------------------------------

/// What of Intl.NumberFormat's options is understood; whatever else a script names is passed over.
struct number_style {
  enum class kind : std::uint8_t { decimal, percent, currency };
  kind what = kind::decimal;
  int least = 0; ///< digits after the point
  int most = 3;
  bool groups = true;
  char currency[4] = {};
};

/// [ … ] -> [ … option ]: false, and undefined on top, when it is not given.
bool push_option(duk_context* ctx, duk_idx_t options, const char* name) {
  duk_get_prop_string(ctx, options, name);
  return duk_is_undefined(ctx, -1) == 0;
}

void read_digits(duk_context* ctx, duk_idx_t options, const char* name, int& out, bool& given) {
  given = push_option(ctx, options, name);
  if (given) {
    const double digits = duk_to_number(ctx, -1);
    if (!(digits >= 0 && digits <= 100)) (void)duk_error(ctx, DUK_ERR_RANGE_ERROR, "%s value is out of range.", name);
    out = static_cast<int>(digits);
  }
  duk_pop(ctx);
}

number_style read_style(duk_context* ctx, duk_idx_t options) {
  number_style style;
  if (duk_is_object(ctx, options) == 0) return style;
  if (push_option(ctx, options, "style")) {
    const std::string_view name = duk_to_string(ctx, -1);
    if (name == "percent") style.what = number_style::kind::percent;
    if (name == "currency") style.what = number_style::kind::currency;
  }
  duk_pop(ctx);
  if (push_option(ctx, options, "currency") && style.what == number_style::kind::currency) {
    duk_size_t size = 0;
    const char* code = duk_to_lstring(ctx, -1, &size);
    const auto is_letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
    if (size != 3 || !std::all_of(code, code + 3, is_letter))
      (void)duk_error(ctx, DUK_ERR_RANGE_ERROR, "Invalid currency code : %s", code);
    std::transform(code, code + 3, style.currency, [](char c) { return static_cast<char>(c & ~0x20); });
  } else if (style.what == number_style::kind::currency) {
    (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "Currency code is required with currency style.");
  }
  duk_pop(ctx);
  const std::string_view currency = style.currency;
  const bool without_cents = currency == "JPY" || currency == "KRW";
  const int usual = style.what == number_style::kind::currency && !without_cents ? 2 : 0;
  style.least = usual;
  style.most = style.what == number_style::kind::decimal ? 3 : usual;
  bool least_given = false;
  bool most_given = false;
  read_digits(ctx, options, "minimumFractionDigits", style.least, least_given);
  read_digits(ctx, options, "maximumFractionDigits", style.most, most_given);
  if (least_given && !most_given) style.most = std::max(style.most, style.least);
  if (most_given && !least_given) style.least = std::min(style.least, style.most);
  if (style.least > style.most)
    (void)duk_error(ctx, DUK_ERR_RANGE_ERROR, "maximumFractionDigits value is out of range.");
  if (push_option(ctx, options, "useGrouping"))
    style.groups = duk_to_boolean(ctx, -1) != 0 && std::strcmp(duk_safe_to_string(ctx, -1), "false") != 0;
  duk_pop(ctx);
  return style;
}

/// The sign of a currency; one that has none here stands with its code.
std::string_view sign_of(std::string_view currency) {
  struct row {
    std::string_view code, sign;
  };
  constexpr row rows[] = {{"USD", "$"},   {"EUR", "€"},   {"GBP", "£"},   {"JPY", "¥"},   {"INR", "₹"},
                          {"CNY", "CN¥"}, {"KRW", "₩"},   {"BRL", "R$"},  {"CAD", "CA$"}, {"AUD", "A$"},
                          {"MXN", "MX$"}, {"NZD", "NZ$"}, {"HKD", "HK$"}, {"ILS", "₪"},   {"VND", "₫"},
                          {"TWD", "NT$"}, {"PHP", "₱"},   {"XAF", "FCFA"}};
  for (const auto& it : rows)
    if (it.code == currency) return it.sign;
  return {};
}

/// A number that is not negative, its whole part in groups of three.
std::size_t put_grouped(std::string_view text, const number_style& style, char* out) {
  const auto whole = std::min(text.find('.'), text.size());
  std::size_t size = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (style.groups && i > 0 && i < whole && (whole - i) % 3 == 0) out[size++] = ',';
    out[size++] = text[i];
  }
  auto digits = whole == text.size() ? 0 : static_cast<int>(text.size() - whole) - 1;
  if (digits == 0 && style.least > 0) out[size++] = '.';
  for (; digits < style.least; ++digits) out[size++] = '0';
  return size;
}

duk_ret_t to_locale_string(duk_context* ctx) {
  double number = this_number(ctx);
  const auto style = read_style(ctx, 1);
  the_budget().spend(200);
  char out[1024];
  std::size_t size = 0;
  const auto put = [&](std::string_view text) {
    std::memcpy(out + size, text.data(), text.size());
    size += text.size();
  };
  const bool negative = std::signbit(number) && !std::isnan(number);
  number = std::fabs(number);
  if (negative) put("-");
  if (style.what == number_style::kind::currency) {
    const auto sign = sign_of(style.currency);
    put(sign.empty() ? std::string_view(style.currency) : sign);
    if (sign.empty() || sign == "FCFA") put("\xc2\xa0");
  }
  if (std::isnan(number)) {
    put("NaN");
  } else if (std::isinf(number)) {
    put("∞");
  } else {
    number_buffer digits;
    size += put_grouped(number_rounded(number, style.what == number_style::kind::percent ? 2 : 0, style.most, digits),
                        style, out + size);
  }
  if (style.what == number_style::kind::percent) put("%");
  return answer(ctx, {out, size});
}

constexpr method methods[] = {
    {"toString", to_string, 1, 1},
    {"toFixed", to_fixed, 1, 1},
    {"toExponential", to_exponential, 1, 1},
    {"toPrecision", to_precision, 1, 1},
    {"toLocaleString", to_locale_string, 2, 0},
};

} // namespace

void add_number(duk_context* ctx) {
  push_built_in(ctx, "Number", "prototype");
  add_methods(ctx, methods);
  duk_pop(ctx);
  // The same functions stand in both places.
  push_built_in(ctx, "Number");
  for (const char* name : {"parseInt", "parseFloat"}) {
    duk_push_string(ctx, name);
    duk_get_global_string(ctx, name);
    duk_push_string(ctx, "name");
    duk_push_string(ctx, name);
    duk_def_prop(ctx, -3,
                 DUK_DEFPROP_HAVE_VALUE | DUK_DEFPROP_CLEAR_WRITABLE | DUK_DEFPROP_SET_CONFIGURABLE |
                     DUK_DEFPROP_CLEAR_ENUMERABLE | DUK_DEFPROP_FORCE);
    duk_def_prop(ctx, -3, as_built_in);
  }
  duk_pop(ctx);
}

} // namespace enclaved::engine

extern "C" unsigned long enclaved_number_text(double number, char* out) {
  enclaved::engine::number_buffer buffer;
  const auto text = enclaved::engine::number_text(number, buffer);
  std::memcpy(out, text.data(), text.size());
  return text.size();
}

extern "C" int enclaved_number_of(const char* text, unsigned long size, double* out) {
  const auto number = enclaved::engine::number_of({text, size});
  if (!number) return 0;
  *out = *number;
  return 1;
}
