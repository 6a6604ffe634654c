// Where values come from besides the command line: the configuration file and the environment.
#pragma once

#include "config/arguments.hpp"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace enclaved::config {

/// Weakest first: a value of a later source replaces those of the earlier ones.
enum class source : std::uint8_t { built_in, preset, file, environment, command_line };

struct sourced_option {
  const option_spec* spec = nullptr;
  std::string text;
  config::source from = source::built_in;
  std::string where; ///< for people: "enclaved.conf:12", "ENCLAVED_LISTEN"
};

/// `name = value` lines; # at the start of a line or after a blank starts a comment. What stands before `=` is an
/// option's name.
void read_file(const std::string& path, std::span<const option_spec* const> known, std::vector<sourced_option>& out,
               violations& wrong);
void read_file_text(std::string_view text, const std::string& path, std::span<const option_spec* const> known,
                    std::vector<sourced_option>& out, violations& wrong);

using environment = std::vector<std::pair<std::string, std::string>>;
environment process_environment();

/// ENCLAVED_… variables, and those of another product that `option_spec::variable` names.
void read_environment(const environment& variables, std::span<const option_spec* const> known,
                      std::vector<sourced_option>& out, violations& wrong);

} // namespace enclaved::config
