// The JavaScript that every heap starts with (engine/prelude/*.js), as text in the executable.
#pragma once

#include <span>
#include <string_view>

namespace enclaved::engine {

struct prelude_file {
  std::string_view name;
  std::string_view text; ///< a function of (host, global)
};

/// In the order they run.
extern const std::span<const prelude_file> prelude;

} // namespace enclaved::engine
