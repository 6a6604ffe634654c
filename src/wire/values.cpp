#include "wire/values.hpp"

#include <algorithm>

namespace enclaved::wire {

namespace {

/// An array or a map that is being stepped through.
struct level {
  std::uint64_t left = 0; ///< values missing; of a map, keys and values
  bool is_map = false;
};

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

value_defect check_scalar(const pack::token& head) {
  if (head.type == pack::kind::str) return pack::is_utf8(head.bytes) ? value_defect::none : value_defect::not_utf8;
  if (head.type != pack::kind::ext) return value_defect::none;
  if (head.ext_type != timestamp_type) return value_defect::unknown_extension;
  timestamp ignored;
  return read_timestamp(head.bytes, ignored) ? value_defect::none : value_defect::bad_timestamp;
}

} // namespace

std::string_view expectation(value_defect defect) {
  switch (defect) {
  case value_defect::none: return "be as it is";
  case value_defect::malformed: return "be MessagePack";
  case value_defect::too_deep: return "nest no deeper than the bound of a message";
  case value_defect::not_utf8: return "have strings in UTF-8 only";
  case value_defect::key_not_string: return "have strings as the keys of its maps";
  case value_defect::unknown_extension: return "have no extension types but timestamps";
  case value_defect::bad_timestamp: return "have timestamps of 4, 8 or 12 bytes with less than a second of nanoseconds";
  }
  return "be valid";
}

bool read_timestamp(std::string_view ext, timestamp& out) {
  constexpr std::uint64_t second = 1'000'000'000;
  std::uint64_t nanoseconds = 0;
  switch (ext.size()) {
  case 4: out.seconds = static_cast<std::int64_t>(big_endian(ext)); break;
  case 8: {
    const auto both = big_endian(ext);
    nanoseconds = both >> 34;
    out.seconds = static_cast<std::int64_t>(both & ((std::uint64_t{1} << 34) - 1));
    break;
  }
  case 12:
    nanoseconds = big_endian(ext.substr(0, 4));
    out.seconds = static_cast<std::int64_t>(big_endian(ext.substr(4)));
    break;
  default: return false;
  }
  out.nanoseconds = static_cast<std::uint32_t>(nanoseconds);
  return nanoseconds < second;
}

value_defect step_over_value(pack::reader& in, value_extent* measured) {
  std::array<level, bounds::nesting + 1> open; // open[1] is the outermost container
  std::size_t depth = 0;
  value_extent extent;
  do {
    pack::token head;
    if (!in.next(head)) return value_defect::malformed;
    if (depth > 0) {
      auto& inside = open[depth];
      const bool is_key = inside.is_map && inside.left % 2 == 0;
      if (is_key && head.type != pack::kind::str) return value_defect::key_not_string;
      --inside.left;
    }
    if (head.type == pack::kind::array || head.type == pack::kind::map) {
      extent.entries += head.count;
      extent.depth = std::max<std::uint64_t>(extent.depth, depth + 1);
      if (head.count > 0) {
        if (depth == bounds::nesting) return value_defect::too_deep;
        const bool is_map = head.type == pack::kind::map;
        open[++depth] = {is_map ? 2ULL * head.count : head.count, is_map};
      }
    } else if (const auto defect = check_scalar(head); defect != value_defect::none) {
      return defect;
    }
    while (depth > 0 && open[depth].left == 0) --depth;
  } while (depth > 0);
  if (measured != nullptr) *measured = extent;
  return value_defect::none;
}

} // namespace enclaved::wire
