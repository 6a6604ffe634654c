// A parser that builds values where they stay: members and elements gather on the value stack and become an object or
// array when it closes, in one piece.
#include "engine/budget.hpp"
#include "engine/duktape/inside.h"
#include "engine/library/json.hpp"
#include "engine/library/json_error.hpp"
#include "engine/library/number_text.hpp"
#include "engine/library/units.hpp"

#include <array>
#include <cstring>
#include <string_view>

namespace enclaved::engine {

namespace {

/// Characters at which a run of plain text in a string ends.
constexpr auto ends_run = [] {
  std::array<bool, 256> ends{};
  for (std::size_t c = 0; c < 0x20; ++c) ends[c] = true;
  ends['"'] = ends['\\'] = true;
  return ends;
}();

/// It has no destructor: a fault jumps out.
class parser {
public:
  parser(duk_context* ctx, std::string_view text)
      : ctx_(ctx), text_(text), at_(text.data()), end_(text.data() + text.size()) {}

  /// [ … ] -> [ … value ]
  void whole() {
    value();
    skip_space();
    if (at_ != end_) fail(json_fault::trailing);
  }

private:
  /// Values that gather before they are put in: what the value stack has room for is bounded.
  static constexpr unsigned batch = 256;

  [[noreturn]] void fail(json_fault what) {
    refuse_json(ctx_, text_, static_cast<std::size_t>(at_ - text_.data()), what);
  }
  [[noreturn]] void fail_at_token() { fail(at_ == end_ ? json_fault::unexpected_end : json_fault::unexpected_token); }

  void skip_space() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
  }

  bool take(char c) {
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }

  void value() {
    skip_space();
    if (at_ == end_) fail(json_fault::unexpected_end);
    switch (*at_) {
    case '{': return object();
    case '[': return array();
    case '"': ++at_; return string();
    case 't': word("true"); return duk_push_true(ctx_);
    case 'f': word("false"); return duk_push_false(ctx_);
    case 'n': word("null"); return duk_push_null(ctx_);
    default: return number();
    }
  }

  void word(std::string_view wanted) {
    for (const char c : wanted)
      if (!take(c)) fail_at_token();
  }

  void enter() {
    if (++depth_ > json_depth) fail(json_fault::too_deep);
    the_budget().spend(4);
    duk_require_stack(ctx_, 8);
  }

  void array() {
    enter();
    ++at_;
    const auto self = duk_push_array(ctx_);
    unsigned count = 0;
    skip_space();
    if (!take(']')) {
      do {
        if (count == batch) {
          enclaved_adopt_elements(ctx_, self, count);
          count = 0;
        }
        if (count % 8 == 0) duk_require_stack(ctx_, 12);
        value();
        ++count;
        skip_space();
      } while (take(','));
      if (!take(']')) fail(json_fault::comma_in_array);
      enclaved_adopt_elements(ctx_, self, count);
      the_budget().spend(count);
    }
    --depth_;
  }

  void object() {
    enter();
    ++at_;
    const auto self = duk_push_object(ctx_);
    unsigned count = 0;
    skip_space();
    if (!take('}')) {
      if (at_ == end_ || *at_ != '"') fail(json_fault::property_name);
      bool is_first = true; // what is said about the others is shorter
      for (;;) {
        if (count == batch) {
          put_in(self, count);
          count = 0;
        }
        if (count % 4 == 0) duk_require_stack(ctx_, 12);
        ++at_;
        key();
        skip_space();
        if (!take(':')) is_first ? fail(json_fault::colon) : fail_at_token();
        is_first = false;
        value();
        ++count;
        skip_space();
        if (!take(',')) break;
        skip_space();
        if (at_ == end_ || *at_ != '"') fail(json_fault::quoted_name);
      }
      if (!take('}')) fail(json_fault::comma_in_object);
      put_in(self, count);
    }
    --depth_;
  }

  /// A value that is replaced may have been the only one that kept a remembered key alive.
  void put_in(duk_idx_t self, unsigned count) {
    if (enclaved_adopt_members(ctx_, self, count) != 0) keys_ = {};
    the_budget().spend(2 * count);
  }

  /// The next characters up to the string's end when it is plain, null otherwise.
  const char* plain_end() const {
    const char* to = at_;
    while (to != end_ && !ends_run[static_cast<unsigned char>(*to)]) ++to;
    return to;
  }

  /// [ … ] -> [ … key ]: records have the same keys again and again.
  void key() {
    const char* to = plain_end();
    if (to == end_ || *to != '"' || to == at_) return string();
    const auto size = static_cast<std::size_t>(to - at_);
    auto& known =
        keys_[(size * 31 + static_cast<unsigned char>(*at_) * 7 + static_cast<unsigned char>(to[-1])) % keys_.size()];
    if (known.string != nullptr && known.size == size && std::memcmp(known.data, at_, size) == 0) {
      duk_push_heapptr(ctx_, known.string);
    } else {
      known.data = duk_push_lstring(ctx_, at_, size);
      known.size = size;
      known.string = duk_get_heapptr(ctx_, -1);
    }
    at_ = to + 1;
  }

  void string() {
    const char* to = plain_end();
    if (to != end_ && *to == '"') {
      duk_push_lstring(ctx_, at_, static_cast<std::size_t>(to - at_));
      at_ = to + 1;
      return;
    }
    escaped_string(to);
  }

  /// What is written takes no more bytes than what stands there.
  void escaped_string(const char* first) {
    const char* closing = first;
    while (closing != end_ && *closing != '"') closing += *closing == '\\' && closing + 1 != end_ ? 2 : 1;
    const auto room = static_cast<std::size_t>(closing - at_);
    char local[256];
    const bool is_small = room <= sizeof local;
    the_budget().spend(room / 8);
    auto* out = is_small ? local : static_cast<char*>(duk_push_fixed_buffer(ctx_, room));
    auto* const begin = out;
    for (;;) {
      const char* to = plain_end();
      std::memcpy(out, at_, static_cast<std::size_t>(to - at_));
      out += to - at_;
      at_ = to;
      if (at_ == end_) fail(json_fault::open_string);
      if (*at_ == '"') break;
      if (*at_ != '\\') fail(json_fault::control_character);
      ++at_;
      out = escape(out);
    }
    ++at_;
    duk_push_lstring(ctx_, begin, static_cast<std::size_t>(out - begin));
    if (!is_small) duk_remove(ctx_, -2);
  }

  char* escape(char* out) {
    if (at_ == end_) fail(json_fault::unexpected_end);
    constexpr std::string_view names = "\"\\/bfnrt";
    constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
    if (const auto which = names.find(*at_); which != std::string_view::npos) {
      ++at_;
      *out++ = meanings[which];
      return out;
    }
    if (*at_ != 'u') fail((*at_ & '\x80') != 0 ? json_fault::unexpected_token : json_fault::bad_escape);
    ++at_;
    std::uint32_t unit = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      if (at_ == end_) fail(json_fault::bad_unicode_escape);
      const char c = *at_;
      const int digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
      if (digit < 0) fail(json_fault::bad_unicode_escape);
      unit = unit << 4 | static_cast<std::uint32_t>(digit);
    }
    return put_unit(out, unit);
  }

  bool at_digit() const { return at_ != end_ && *at_ >= '0' && *at_ <= '9'; }

  void number() {
    const char* const begin = at_;
    const bool negative = take('-');
    if (!at_digit()) negative ? fail(json_fault::bare_minus) : fail_at_token();
    std::uint64_t digits = 0;
    const char* const first = at_;
    if (*at_ == '0') {
      ++at_;
      if (at_digit()) fail(json_fault::unexpected_number);
    } else {
      for (; at_digit(); ++at_) digits = digits * 10 + static_cast<std::uint64_t>(*at_ - '0');
    }
    const bool exact = at_ - first <= 15;
    if (at_ == end_ || (*at_ != '.' && *at_ != 'e' && *at_ != 'E')) {
      if (exact && !(negative && digits == 0)) {
        const auto whole = static_cast<double>(digits);
        return duk_push_number(ctx_, negative ? -whole : whole);
      }
    } else {
      if (*at_ == '.' && short_fraction(begin, first, negative, digits)) return;
      if (take('.')) {
        if (!at_digit()) fail(json_fault::open_fraction);
        while (at_digit()) ++at_;
      }
      if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
        ++at_;
        if (at_ != end_ && (*at_ == '+' || *at_ == '-')) ++at_;
        if (!at_digit()) fail(json_fault::open_exponent);
        while (at_digit()) ++at_;
      }
    }
    the_budget().spend(static_cast<std::uint64_t>(at_ - begin) / 4);
    duk_push_number(ctx_, number_of({begin, static_cast<std::size_t>(at_ - begin)}).value_or(0));
  }

  /// Up to 15 digits in all and no exponent: one division of two exact numbers, which rounds once.
  bool short_fraction(const char* begin, const char* first, bool negative, std::uint64_t digits) {
    static constexpr double powers[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                        1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    const char* to = at_ + 1;
    for (; to != end_ && *to >= '0' && *to <= '9' && to - first <= 16; ++to)
      digits = digits * 10 + static_cast<std::uint64_t>(*to - '0');
    const auto places = static_cast<std::size_t>(to - at_ - 1);
    if (places == 0 || to - first > 16 || (to != end_ && (*to == 'e' || *to == 'E' || (*to >= '0' && *to <= '9'))))
      return false;
    (void)begin;
    at_ = to;
    const auto whole = static_cast<double>(digits) / powers[places];
    duk_push_number(ctx_, negative ? -whole : whole);
    return true;
  }

  struct known_key {
    void* string = nullptr;
    const char* data = nullptr;
    std::size_t size = 0;
  };

  duk_context* ctx_;
  std::string_view text_;
  const char* at_;
  const char* end_;
  unsigned depth_ = 0;
  std::array<known_key, 64> keys_{};
};

/// [ … holder key ] -> [ … value ]: what the reviver makes of the value under a key, innermost first.
void revive(duk_context* ctx, duk_idx_t reviver, unsigned depth) {
  if (depth > json_depth) (void)duk_error(ctx, DUK_ERR_RANGE_ERROR, "Values are nested too deeply in JSON");
  the_budget().spend(20);
  duk_require_stack(ctx, 12);
  const auto holder = duk_get_top(ctx) - 2;
  const auto put = [&](duk_idx_t object) { // [ … key value ] -> [ … ]
    if (duk_is_undefined(ctx, -1) != 0) {
      duk_pop(ctx);
      enclaved_try_delete(ctx, object);
    } else {
      enclaved_try_define(ctx, object);
    }
  };
  duk_dup(ctx, -1);
  duk_get_prop(ctx, holder);
  const auto value = duk_get_top_index(ctx);
  if (duk_is_object(ctx, value) != 0) {
    if (enclaved_is_array(ctx, value) != 0) {
      duk_get_prop_string(ctx, value, "length");
      const double length = duk_to_number(ctx, -1);
      duk_pop(ctx);
      for (double i = 0; i < length; ++i) {
        duk_push_number(ctx, i);
        duk_to_string(ctx, -1);
        duk_dup(ctx, value);
        duk_dup(ctx, -2);
        revive(ctx, reviver, depth + 1);
        put(value);
      }
    } else {
      enclaved_push_own_keys(ctx, value);
      const auto keys = duk_get_top_index(ctx);
      const auto count = duk_get_length(ctx, keys);
      for (duk_size_t i = 0; i < count; ++i) {
        duk_get_prop_index(ctx, keys, static_cast<duk_uarridx_t>(i));
        duk_dup(ctx, value);
        duk_dup(ctx, -2);
        revive(ctx, reviver, depth + 1);
        put(value);
      }
      duk_pop(ctx);
    }
  }
  // [ … holder key value ]
  duk_dup(ctx, reviver);
  duk_insert(ctx, holder);
  duk_call_method(ctx, 2);
}

} // namespace

duk_ret_t json_parse(duk_context* ctx) {
  duk_size_t size = 0;
  const char* data = duk_to_lstring(ctx, 0, &size);
  parser(ctx, {data, size}).whole();
  if (duk_is_callable(ctx, 1) == 0) return 1;
  duk_push_object(ctx);
  duk_swap_top(ctx, -2);
  duk_push_string(ctx, "");
  duk_swap_top(ctx, -2);
  enclaved_define(ctx, -3);
  duk_push_string(ctx, "");
  revive(ctx, 1, 0);
  return 1;
}

} // namespace enclaved::engine
