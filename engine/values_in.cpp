#include "base/pack.hpp"
#include "engine/duktape/inside.h"
#include "engine/text.hpp"
#include "engine/values.hpp"

#include <bit>
#include <cmath>
#include <cstring>

namespace enclaved::engine {

namespace {

constexpr std::int8_t timestamp_ext = -1;

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

/// MessagePack's three timestamp forms, in milliseconds; NaN when it is none of them.
double milliseconds_of(std::string_view ext) {
  std::int64_t seconds = 0;
  std::uint64_t nanoseconds = 0;
  if (ext.size() == 4) {
    seconds = static_cast<std::int64_t>(big_endian(ext));
  } else if (ext.size() == 8) {
    const auto both = big_endian(ext);
    nanoseconds = both >> 34;
    seconds = static_cast<std::int64_t>(both & 0x3ffffffffU);
  } else if (ext.size() == 12) {
    nanoseconds = big_endian(ext.substr(0, 4));
    seconds = static_cast<std::int64_t>(big_endian(ext.substr(4)));
  } else {
    return std::nan("");
  }
  return static_cast<double>(seconds) * 1'000 + static_cast<double>(nanoseconds / 1'000'000);
}

/// Walks an encoded value. It has no destructor: a push may jump out.
class decoder {
public:
  decoder(duk_context* ctx, std::string_view encoded, const run_limits& limits)
      : ctx_(ctx), in_(encoded), depth_left_(limits.value_depth), entries_left_(limits.value_properties) {}

  value_fault value();
  bool at_end() const { return in_.at_end(); }

private:
  value_fault scalar(const pack::token& head);
  value_fault array(std::uint32_t count);
  value_fault map(std::uint32_t pairs);
  value_fault enter(std::uint32_t entries);

  duk_context* ctx_;
  pack::reader in_;
  std::uint64_t depth_left_;
  std::uint64_t entries_left_;
};

value_fault decoder::value() {
  pack::token head;
  if (!in_.next(head)) return value_fault::malformed;
  if (head.type == pack::kind::array) return array(head.count);
  if (head.type == pack::kind::map) return map(head.count);
  return scalar(head);
}

value_fault decoder::scalar(const pack::token& head) {
  switch (head.type) {
  case pack::kind::boolean: duk_push_boolean(ctx_, head.boolean ? 1 : 0); break;
  case pack::kind::unsigned_int: duk_push_number(ctx_, static_cast<double>(head.number)); break;
  case pack::kind::negative_int: duk_push_number(ctx_, static_cast<double>(head.negative)); break;
  case pack::kind::float64: duk_push_number(ctx_, head.float64); break;
  case pack::kind::str:
    if (!pack::is_utf8(head.bytes)) return value_fault::not_utf8;
    push_text(ctx_, head.bytes);
    break;
  case pack::kind::bin: {
    void* copy = duk_push_fixed_buffer(ctx_, head.bytes.size());
    if (!head.bytes.empty()) std::memcpy(copy, head.bytes.data(), head.bytes.size());
    duk_push_buffer_object(ctx_, -1, 0, head.bytes.size(), DUK_BUFOBJ_UINT8ARRAY);
    duk_remove(ctx_, -2);
    break;
  }
  case pack::kind::ext: {
    if (head.ext_type != timestamp_ext) return value_fault::unknown_extension;
    const double when = milliseconds_of(head.bytes);
    if (std::isnan(when)) return value_fault::malformed;
    enclaved_push_date(ctx_, when);
    break;
  }
  default: duk_push_null(ctx_);
  }
  return value_fault::none;
}

value_fault decoder::enter(std::uint32_t entries) {
  if (depth_left_ == 0) return value_fault::too_deep;
  if (entries > entries_left_) return value_fault::too_many;
  entries_left_ -= entries;
  --depth_left_;
  duk_require_stack(ctx_, 8);
  return value_fault::none;
}

value_fault decoder::array(std::uint32_t count) {
  if (const auto fault = enter(count); fault != value_fault::none) return fault;
  const auto array = duk_push_array(ctx_);
  for (std::uint32_t i = 0; i < count; ++i) {
    if (const auto fault = value(); fault != value_fault::none) return fault;
    enclaved_define_index(ctx_, array, i);
  }
  ++depth_left_;
  return value_fault::none;
}

value_fault decoder::map(std::uint32_t pairs) {
  if (const auto fault = enter(pairs); fault != value_fault::none) return fault;
  const auto object = duk_push_object(ctx_);
  for (std::uint32_t i = 0; i < pairs; ++i) {
    pack::token key;
    if (!in_.next(key)) return value_fault::malformed;
    if (key.type != pack::kind::str) return value_fault::key_not_string;
    if (!pack::is_utf8(key.bytes)) return value_fault::not_utf8;
    push_text(ctx_, key.bytes);
    if (const auto fault = value(); fault != value_fault::none) return fault;
    enclaved_define(ctx_, object);
  }
  ++depth_left_;
  return value_fault::none;
}

} // namespace

value_fault push_value(duk_context* ctx, std::string_view encoded, const run_limits& limits) {
  const auto top = duk_get_top(ctx);
  duk_require_stack(ctx, 8);
  decoder walk(ctx, encoded, limits);
  auto fault = walk.value();
  if (fault == value_fault::none && !walk.at_end()) fault = value_fault::malformed;
  if (fault != value_fault::none) duk_set_top(ctx, top);
  return fault;
}

void push_text(duk_context* ctx, std::string_view utf8) {
  if (fits_as_is(utf8)) {
    duk_push_lstring(ctx, utf8.data(), utf8.size());
    return;
  }
  static outbox scratch;
  scratch.clear();
  write_cesu8(scratch, utf8);
  duk_push_lstring(ctx, scratch.data(), scratch.size());
}

const char* describe(value_fault fault) {
  switch (fault) {
  case value_fault::malformed: return "is no MessagePack value";
  case value_fault::not_utf8: return "has a string that is not UTF-8";
  case value_fault::key_not_string: return "has a key that is no string";
  case value_fault::unknown_extension: return "has an extension type other than a timestamp";
  case value_fault::too_deep: return "is nested deeper than";
  case value_fault::too_many: return "has more entries than";
  case value_fault::too_large: return "takes more bytes than";
  case value_fault::cyclic: return "is cyclic";
  default: return "";
  }
}

} // namespace enclaved::engine
