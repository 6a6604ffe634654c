// What a client may hand to a script: the checks of PROTOCOL's table of values that need no heap.
#pragma once

#include "base/pack.hpp"

#include <cstdint>
#include <string_view>

namespace enclaved::wire {

/// What is wrong with a value: a closed list.
enum class value_defect : std::uint8_t {
  none,
  malformed,
  too_deep,
  not_utf8,
  key_not_string,
  unknown_extension,
  bad_timestamp
};

/// A sentence part for the client, as in "inputs must …".
std::string_view expectation(value_defect defect);

inline constexpr std::int8_t timestamp_type = -1;

/// Seconds since the epoch, and nanoseconds below a second.
struct timestamp {
  std::int64_t seconds = 0;
  std::uint32_t nanoseconds = 0;
};
/// False when the extension's bytes are none of the three forms of a timestamp.
bool read_timestamp(std::string_view ext, timestamp& out);

/// How large a value is: containers inside one another, and entries of all of them.
struct value_extent {
  std::uint64_t depth = 0;
  std::uint64_t entries = 0;
};

/// Steps over the one whole value that `in` stands before and checks every part of it. The bytes stepped over are its
/// encoding.
value_defect step_over_value(pack::reader& in, value_extent* measured = nullptr);

} // namespace enclaved::wire
