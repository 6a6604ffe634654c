// The JavaScript that every heap starts with (engine/prelude/*.js), as text in the executable.
#pragma once

#include <array>
#include <string_view>

namespace enclaved::engine {

struct prelude_file {
  std::string_view name;
  std::string_view text; ///< a function of (host, global)
};

inline constexpr std::size_t prelude_files = 3;
extern const std::array<prelude_file, prelude_files> prelude;

} // namespace enclaved::engine
