// From arguments, environment and file to settings: the strongest source of each option wins, and all that is wrong is
// told at once. Command line, then environment, then file, then --pool-preset, then the default.
#pragma once

#include "config/settings.hpp"
#include "config/sources.hpp"

namespace enclaved::config {

/// What a process was started with.
struct surroundings {
  std::vector<std::string> arguments; ///< without the program's name
  environment variables;
  std::size_t cores = 1;
};
surroundings process_surroundings(std::vector<std::string> arguments);

/// What the command line asks for.
enum class request : std::uint8_t { serve, print_config, sample_config, help, version };

/// The values that hold for one option, and where they came from.
struct effective_value {
  const option_spec* spec = nullptr;
  std::vector<std::string> texts; ///< several for a repeatable option; empty: nothing and no default
  config::source from = source::built_in;
  std::string where;
};

struct loaded {
  request wanted = request::serve;
  config::settings settings;
  std::vector<effective_value> values; ///< in the table's order
  violations wrong;                    ///< not empty: the settings must not be used; exit status 2
};

loaded load(const surroundings& from);

} // namespace enclaved::config
