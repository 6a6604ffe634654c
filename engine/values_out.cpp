#include "base/pack.hpp"
#include "engine/duktape/inside.h"
#include "engine/duktape/objects.h"
#include "engine/text.hpp"
#include "engine/values.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <cstring>

namespace enclaved::engine {

namespace {

/// Puts a head that was left out at `offset`, once the number in it is known.
bool insert_head(outbox& out, std::size_t offset, std::uint64_t count, unsigned char fixed, std::uint64_t fixed_max,
                 unsigned char head16) {
  char head[5];
  std::size_t size = 1;
  if (count <= fixed_max) {
    head[0] = static_cast<char>(fixed | count);
  } else {
    const std::size_t bytes = count <= 0xffff ? 2 : 4;
    head[0] = static_cast<char>(bytes == 2 ? head16 : head16 + 1);
    for (std::size_t i = 0; i < bytes; ++i) head[1 + i] = static_cast<char>(count >> (8 * (bytes - 1 - i)));
    size += bytes;
  }
  if (!out.open_gap(offset, size)) return false;
  std::memcpy(out.data() + offset, head, size);
  return true;
}

bool is_integer(double number) { return std::trunc(number) == number && std::fabs(number) <= 9007199254740992.0; }

/// Walks a value of the heap. It has no destructor: a getter may throw and the budget may end the run.
class encoder {
public:
  encoder(duk_context* ctx, outbox& out, const run_limits& limits)
      : ctx_(ctx), out_(out), pack_(out), depth_max_(std::min<std::uint64_t>(limits.value_depth, bounds::nesting)),
        entries_left_(limits.value_properties) {}

  /// Writes the value on the stack's top and pops it.
  value_fault value();
  /// The plain object on the stack's top likewise; nobody's toJSON is asked.
  value_fault members() { return container(ENCLAVED_CLASS_PLAIN); }

private:
  enum class left_out : bool { no, yes };

  value_fault object();
  value_fault container(enclaved_class what);
  value_fault array();
  value_fault plain();
  value_fault entry(std::uint32_t& count);
  value_fault enumerated();
  value_fault error_object();
  bool names_only();
  value_fault collection(int kind);
  value_fault pair();
  value_fault text();
  void float64(double number);
  void bytes();
  void timestamp(double milliseconds);
  void use_to_json();
  left_out has_no_value() const;
  value_fault verdict() const { return out_.overflown() ? value_fault::too_large : value_fault::none; }

  duk_context* ctx_;
  outbox& out_;
  pack::basic_writer<outbox> pack_;
  std::uint64_t depth_max_;
  std::uint64_t entries_left_;
  std::size_t depth_ = 0;
  std::array<const void*, bounds::nesting> ancestors_; ///< of the value being written, the first `depth_`
};

encoder::left_out encoder::has_no_value() const {
  return duk_is_undefined(ctx_, -1) || duk_is_symbol(ctx_, -1) || duk_is_callable(ctx_, -1) ? left_out::yes
                                                                                            : left_out::no;
}

value_fault encoder::value() {
  switch (duk_get_type(ctx_, -1)) {
  case DUK_TYPE_BOOLEAN: pack_.boolean(duk_get_boolean(ctx_, -1) != 0); break;
  case DUK_TYPE_NUMBER: {
    const double number = duk_get_number(ctx_, -1);
    if (is_integer(number))
      pack_.integer(static_cast<std::int64_t>(number));
    else
      float64(number);
    break;
  }
  case DUK_TYPE_STRING:
    if (!duk_is_symbol(ctx_, -1)) return text();
    pack_.nil();
    break;
  case DUK_TYPE_BUFFER: bytes(); break;
  case DUK_TYPE_OBJECT: return object();
  default: pack_.nil(); // undefined, null, light functions and pointers
  }
  duk_pop(ctx_);
  return verdict();
}

value_fault encoder::text() {
  const auto offset = out_.size();
  duk_size_t size = 0;
  const char* data = duk_get_lstring(ctx_, -1, &size);
  if (const std::string_view inside{data, size}; pack::is_utf8(inside)) {
    pack_.str(inside);
  } else if (write_utf8(out_, inside)) {
    const auto length = out_.size() - offset;
    if (length > 31 && length <= 255) { // the one form that the general head has not
      const char head[2] = {static_cast<char>(0xd9), static_cast<char>(length)};
      if (out_.open_gap(offset, 2)) std::memcpy(out_.data() + offset, head, 2);
    } else {
      insert_head(out_, offset, length, 0xa0, 31, 0xda);
    }
  }
  duk_pop(ctx_);
  return verdict();
}

/// Always as a float: the packer would make integers of whole numbers beyond 2^53.
void encoder::float64(double number) {
  const auto bits = std::bit_cast<std::uint64_t>(number);
  char encoded[9] = {static_cast<char>(0xcb)};
  for (std::size_t i = 0; i < 8; ++i) encoded[1 + i] = static_cast<char>(bits >> (56 - 8 * i));
  out_.write(encoded, sizeof encoded);
}

void encoder::bytes() {
  duk_size_t size = 0;
  const void* data = duk_get_buffer_data(ctx_, -1, &size);
  if (size > out_.limit()) {
    out_.refuse();
    return;
  }
  pack_.bin({static_cast<const char*>(data), data == nullptr ? 0 : size});
}

void encoder::timestamp(double milliseconds) {
  if (std::isnan(milliseconds)) {
    pack_.nil();
    return;
  }
  const auto seconds = std::floor(milliseconds / 1'000);
  const auto nanoseconds = static_cast<std::uint64_t>(milliseconds - seconds * 1'000) * 1'000'000;
  const auto whole = static_cast<std::int64_t>(seconds);
  std::array<char, 12> encoded{};
  const auto put = [&encoded](std::size_t at, std::size_t size, std::uint64_t number) {
    for (std::size_t i = 0; i < size; ++i) encoded[at + i] = static_cast<char>(number >> (8 * (size - 1 - i)));
  };
  std::size_t size = 12;
  if (whole >= 0 && whole < std::int64_t{1} << 34) {
    size = nanoseconds == 0 && whole <= UINT32_MAX ? 4 : 8;
    put(0, size, nanoseconds << 34 | static_cast<std::uint64_t>(whole));
  } else {
    put(0, 4, nanoseconds);
    put(4, 8, static_cast<std::uint64_t>(whole));
  }
  pack_.ext(-1, {encoded.data(), size});
}

/// [ … object ] -> [ … what its toJSON answers ], when it has one.
void encoder::use_to_json() {
  if (duk_get_prop_string(ctx_, -1, "toJSON") != 0 && duk_is_callable(ctx_, -1) != 0) {
    duk_insert(ctx_, -2); // [ … toJSON object ]
    duk_push_string(ctx_, "");
    duk_call_method(ctx_, 1);
  } else {
    duk_pop(ctx_);
  }
}

value_fault encoder::object() {
  duk_require_stack(ctx_, 12);
  auto what = enclaved_class_of(ctx_, -1);
  switch (what) {
  case ENCLAVED_CLASS_FUNCTION: pack_.nil(); break;
  case ENCLAVED_CLASS_DATE: timestamp(enclaved_date_of(ctx_, -1)); break;
  case ENCLAVED_CLASS_BYTES: bytes(); break;
  case ENCLAVED_CLASS_ERROR: return container(what);
  default:
    use_to_json();
    what = enclaved_class_of(ctx_, -1);
    if (what == ENCLAVED_CLASS_BOXED) duk_to_primitive(ctx_, -1, DUK_HINT_NONE);
    if (!duk_is_object(ctx_, -1)) return value();
    if (what == ENCLAVED_CLASS_PLAIN || what == ENCLAVED_CLASS_ARRAY || what == ENCLAVED_CLASS_PROXY ||
        what == ENCLAVED_CLASS_ERROR)
      return container(what);
    if (what == ENCLAVED_CLASS_DATE)
      timestamp(enclaved_date_of(ctx_, -1));
    else if (what == ENCLAVED_CLASS_BYTES)
      bytes();
    else
      pack_.nil();
  }
  duk_pop(ctx_);
  return verdict();
}

value_fault encoder::container(enclaved_class what) {
  const void* self = duk_get_heapptr(ctx_, -1);
  for (std::size_t i = 0; i < depth_; ++i)
    if (ancestors_[i] == self) return value_fault::cyclic;
  if (depth_ >= depth_max_) return value_fault::too_deep;
  ancestors_[depth_++] = self;
  const bool plain_one = what == ENCLAVED_CLASS_PLAIN;
  const auto fault = what == ENCLAVED_CLASS_ERROR                                       ? error_object()
                     : plain_one && enclaved_is_collection(ctx_, -1, ENCLAVED_MAP) != 0 ? collection(ENCLAVED_MAP)
                     : plain_one && enclaved_is_collection(ctx_, -1, ENCLAVED_SET) != 0 ? collection(ENCLAVED_SET)
                     : duk_is_array(ctx_, -1) != 0                                      ? array()
                     : what == ENCLAVED_CLASS_PLAIN                                     ? plain()
                                                                                        : enumerated();
  --depth_;
  duk_pop(ctx_);
  return fault;
}

value_fault encoder::array() {
  duk_get_prop_string(ctx_, -1, "length");
  const double length = duk_to_number(ctx_, -1);
  duk_pop(ctx_);
  if (!(length >= 0)) {
    pack_.array(0);
    return verdict();
  }
  if (length > static_cast<double>(entries_left_)) return value_fault::too_many;
  const auto count = static_cast<std::uint32_t>(length);
  entries_left_ -= count;
  pack_.array(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    duk_get_prop_index(ctx_, -1, i);
    if (const auto fault = value(); fault != value_fault::none) return fault;
  }
  return verdict();
}

/// [ … object key value ] -> [ … object ]: one pair, unless there is nothing to say about it.
value_fault encoder::entry(std::uint32_t& count) {
  if (has_no_value() == left_out::yes) {
    duk_pop_2(ctx_);
    return value_fault::none;
  }
  if (entries_left_ == 0) return value_fault::too_many;
  --entries_left_;
  ++count;
  duk_swap_top(ctx_, -2);
  if (const auto fault = text(); fault != value_fault::none) return fault;
  return value();
}

value_fault encoder::plain() {
  const auto begin = out_.size();
  const auto object = duk_get_top_index(ctx_);
  std::uint32_t count = 0;
  unsigned position = 0;
  int accessor = 0;
  int more = 0;
  while ((more = enclaved_next_entry(ctx_, object, &position, &accessor)) == 1) {
    if (accessor != 0) {
      duk_dup(ctx_, object);
      duk_call_method(ctx_, 0);
    }
    if (const auto fault = entry(count); fault != value_fault::none) return fault;
    duk_require_stack(ctx_, 12);
  }
  if (more < 0) return enumerated();
  if (!insert_head(out_, begin, count, 0x80, 15, 0xde)) return value_fault::too_large;
  return verdict();
}

/// The long way: keys in the order that JavaScript defines, by Duktape's enumerator, which also asks Proxies.
value_fault encoder::enumerated() {
  const auto begin = out_.size();
  const auto object = duk_get_top_index(ctx_);
  std::uint32_t count = 0;
  duk_enum(ctx_, object, DUK_ENUM_OWN_PROPERTIES_ONLY);
  while (duk_next(ctx_, -1, 0) != 0) { // [ … object enumerator key ]
    duk_dup(ctx_, -1);
    duk_get_prop(ctx_, object); // [ … object enumerator key value ]
    if (const auto fault = entry(count); fault != value_fault::none) return fault;
  }
  duk_pop(ctx_);
  if (!insert_head(out_, begin, count, 0x80, 15, 0xde)) return value_fault::too_large;
  return verdict();
}

/// Whether the Map on the stack's top has strings for keys and nothing else.
bool encoder::names_only() {
  enclaved_push_walk(ctx_, -1, ENCLAVED_MAP);
  unsigned position = 0;
  bool strings = true;
  while (strings && enclaved_walk(ctx_, -1, &position) != 0) {
    strings = duk_is_string(ctx_, -2) != 0 && duk_is_symbol(ctx_, -2) == 0;
    duk_pop_2(ctx_);
  }
  duk_pop(ctx_);
  return strings;
}

/// [ … key value ] -> [ … ]: an array of both.
value_fault encoder::pair() {
  pack_.array(2);
  duk_dup(ctx_, -2);
  if (const auto fault = value(); fault != value_fault::none) return fault;
  const auto fault = value();
  if (fault == value_fault::none) duk_pop(ctx_);
  return fault;
}

/// A Set is an array; a Map is a map when all its keys are strings, an array of pairs otherwise.
value_fault encoder::collection(int kind) {
  const auto begin = out_.size();
  const bool as_map = kind == ENCLAVED_MAP && names_only();
  enclaved_push_walk(ctx_, -1, kind);
  const auto walk = duk_get_top_index(ctx_);
  unsigned position = 0;
  std::uint32_t count = 0;
  while (enclaved_walk(ctx_, walk, &position) != 0) {
    duk_require_stack(ctx_, 12);
    if (as_map) {
      if (duk_is_string(ctx_, -2) == 0 || duk_is_symbol(ctx_, -2) != 0) { // a getter has put it there meanwhile
        duk_pop_2(ctx_);
      } else if (const auto fault = entry(count); fault != value_fault::none) {
        return fault;
      }
      continue;
    }
    if (entries_left_ == 0) return value_fault::too_many;
    --entries_left_;
    ++count;
    if (kind == ENCLAVED_SET) duk_remove(ctx_, -2);
    if (const auto fault = kind == ENCLAVED_SET ? value() : pair(); fault != value_fault::none) return fault;
  }
  duk_pop(ctx_);
  if (!insert_head(out_, begin, count, as_map ? 0x80 : 0x90, 15, as_map ? 0xde : 0xdc)) return value_fault::too_large;
  return verdict();
}

value_fault encoder::error_object() {
  const auto begin = out_.size();
  const auto object = duk_get_top_index(ctx_);
  std::uint32_t count = 0;
  for (const char* key : {"name", "message", "code"}) {
    duk_push_string(ctx_, key);
    duk_get_prop_string(ctx_, object, key);
    if (const auto fault = entry(count); fault != value_fault::none) return fault;
  }
  if (!insert_head(out_, begin, count, 0x80, 15, 0xde)) return value_fault::too_large;
  return verdict();
}

} // namespace

value_fault write_value(duk_context* ctx, duk_idx_t index, outbox& out, const run_limits& limits) {
  duk_require_stack(ctx, 12);
  duk_dup(ctx, index);
  encoder walk(ctx, out, limits);
  const auto top = duk_get_top(ctx);
  const auto fault = walk.value();
  duk_set_top(ctx, top - 1);
  return fault;
}

value_fault write_members(duk_context* ctx, duk_idx_t index, outbox& out, const run_limits& limits) {
  duk_require_stack(ctx, 12);
  duk_dup(ctx, index);
  encoder walk(ctx, out, limits);
  const auto top = duk_get_top(ctx);
  const auto fault = walk.members();
  duk_set_top(ctx, top - 1);
  return fault;
}

bool write_text(duk_context* ctx, duk_idx_t index, outbox& out) {
  duk_size_t size = 0;
  const char* data = duk_get_lstring(ctx, index, &size);
  return data == nullptr || write_utf8(out, {data, size});
}

} // namespace enclaved::engine
