// Reading a command line against a table of options. Home of Boost.Program_options.
#pragma once

#include "config/option.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace enclaved::config {

/// Everything that is wrong, a sentence each: all of it is told at once.
using violations = std::vector<std::string>;

/// One appearance of an option, not yet checked.
struct given_option {
  const option_spec* spec = nullptr;
  std::string text;
};

struct command_line {
  std::vector<given_option> options;
  std::vector<std::string> positionals;
};

/// Unknown options, missing values and repeated options that may stand once are violations.
command_line read_command_line(std::span<const option_spec* const> known, std::span<const std::string> arguments,
                               violations& wrong);

/// The help text of some options: name, value, default and meaning, wrapped for `columns`.
std::string describe(std::span<const option_spec* const> options, std::size_t columns = 100);

template <class Target>
std::vector<const option_spec*> specs_of(const std::vector<option<Target>>& table) {
  std::vector<const option_spec*> specs;
  for (const auto& row : table) specs.push_back(&row);
  return specs;
}

/// For commands with a few options of their own: defaults first, then what was given. Answers the positional arguments.
template <class Target>
std::vector<std::string> read_arguments(const std::vector<option<Target>>& table,
                                        std::span<const std::string> arguments, Target& into, violations& wrong) {
  const auto apply = [&](const option<Target>& row, const std::string& text) {
    auto checked = check_value(row, text);
    if (checked.violation.empty())
      row.store(into, checked.value);
    else
      wrong.push_back(std::string("--") + row.name + ' ' + checked.violation);
  };
  for (const auto& row : table)
    if (!row.fallback.empty()) apply(row, row.fallback);
  const auto specs = specs_of(table);
  auto line = read_command_line(specs, arguments, wrong);
  for (const auto& one : line.options) apply(static_cast<const option<Target>&>(*one.spec), one.text);
  return std::move(line.positionals);
}

} // namespace enclaved::config
