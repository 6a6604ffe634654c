#include "engine/library/math.hpp"

#include "engine/library/members.hpp"

#include <cmath>

namespace enclaved::engine {

namespace {

using function = double (*)(double);
using exact = long double;

double fround(double x) { return static_cast<double>(static_cast<float>(x)); }

/// Computed with more digits than asked for, so that the rounding is right nearly always, and the same on every
/// processor: the C library's functions of doubles choose other instructions where there are any.
template <exact (*wide)(exact)>
double narrowed(double x) {
  return static_cast<double>(wide(static_cast<exact>(x)));
}

/// In the order of their magic numbers.
constexpr function functions[] = {
    narrowed<log1pl>, narrowed<expm1l>, narrowed<sinhl>,  narrowed<coshl>, narrowed<tanhl>,
    narrowed<asinhl>, narrowed<acoshl>, narrowed<atanhl>, narrowed<cbrtl>, narrowed<log2l>,
    narrowed<log10l>, fround,           narrowed<acosl>,  narrowed<asinl>, narrowed<atanl>,
    narrowed<cosl>,   narrowed<expl>,   narrowed<logl>,   narrowed<sinl>,  narrowed<tanl>,
};

duk_ret_t of_one(duk_context* ctx) {
  duk_push_number(ctx, functions[duk_get_current_magic(ctx)](duk_to_number(ctx, 0)));
  return 1;
}

/// Scaled by the largest, so that squares neither overflow nor vanish, with the rounding errors of the sum carried on.
duk_ret_t hypot(duk_context* ctx) {
  const auto count = duk_get_top(ctx);
  double largest = 0;
  bool infinite = false;
  bool undefined = false;
  for (duk_idx_t i = 0; i < count; ++i) {
    const double x = std::fabs(duk_to_number(ctx, i));
    infinite = infinite || std::isinf(x);
    undefined = undefined || std::isnan(x);
    if (x > largest) largest = x;
  }
  if (infinite || undefined || largest == 0) {
    duk_push_number(ctx, infinite ? INFINITY : undefined ? NAN : 0);
    return 1;
  }
  double sum = 0;
  double lost = 0;
  for (duk_idx_t i = 0; i < count; ++i) {
    const double scaled = std::fabs(duk_get_number(ctx, i)) / largest;
    const double part = scaled * scaled - lost;
    const double next = sum + part;
    lost = (next - sum) - part;
    sum = next;
  }
  duk_push_number(ctx, std::sqrt(sum) * largest);
  return 1;
}

duk_ret_t atan2(duk_context* ctx) {
  const double y = duk_to_number(ctx, 0);
  const double x = duk_to_number(ctx, 1);
  duk_push_number(ctx, static_cast<double>(::atan2l(static_cast<exact>(y), static_cast<exact>(x))));
  return 1;
}

constexpr method methods[] = {
    {"log1p", of_one, 1, 1, 0},       {"expm1", of_one, 1, 1, 1},  {"sinh", of_one, 1, 1, 2},
    {"cosh", of_one, 1, 1, 3},        {"tanh", of_one, 1, 1, 4},   {"asinh", of_one, 1, 1, 5},
    {"acosh", of_one, 1, 1, 6},       {"atanh", of_one, 1, 1, 7},  {"cbrt", of_one, 1, 1, 8},
    {"log2", of_one, 1, 1, 9},        {"log10", of_one, 1, 1, 10}, {"fround", of_one, 1, 1, 11},
    {"acos", of_one, 1, 1, 12},       {"asin", of_one, 1, 1, 13},  {"atan", of_one, 1, 1, 14},
    {"cos", of_one, 1, 1, 15},        {"exp", of_one, 1, 1, 16},   {"log", of_one, 1, 1, 17},
    {"sin", of_one, 1, 1, 18},        {"tan", of_one, 1, 1, 19},   {"atan2", atan2, 2, 2},
    {"hypot", hypot, DUK_VARARGS, 2},
};

} // namespace

void add_math(duk_context* ctx) {
  push_built_in(ctx, "Math");
  add_methods(ctx, methods);
  add_tag(ctx, "Math");
  duk_pop(ctx);
}

} // namespace enclaved::engine
