// Runs a program over a text, by backtracking with a stack of its own that grows in the workspace.
#pragma once

#include "engine/regexp/memory.hpp"
#include "engine/regexp/program.hpp"

namespace enclaved::regexp {

/// A text as bytes, when all of it is ASCII, or as UTF-16 units.
struct subject {
  const void* data;
  std::uint32_t length; ///< in units
  bool wide;
};

enum class found : std::uint8_t { no, yes, too_complex };

/// Where to begin, and whether only there.
struct attempt {
  std::uint32_t from;
  bool only_there;
};

inline constexpr std::uint32_t unset = UINT32_MAX;

/// `positions` gets begin and end of the match and of each group; `unset` for what took no part.
found match(const program& what, const subject& in, attempt how, workspace& memory, std::uint32_t* positions);

/// What may wait on the stack: so much memory that no sane pattern needs it.
inline constexpr std::uint32_t backtrack_max = 4U << 20;

} // namespace enclaved::regexp
