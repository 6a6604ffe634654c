// The part of every command that is the same: read its options, show its help, tell all that is wrong.
#pragma once

#include "cli/connection.hpp"

#include <iostream>
#include <optional>

namespace enclaved::cli {

/// How many arguments a command takes besides its options.
struct positional_count {
  std::size_t least = 0;
  std::size_t most = 0;
};

const command& command_named(std::string_view name);
void show_help(const command& which, std::span<const config::option_spec* const> specs);
void check_positionals(const std::vector<std::string>& given, positional_count wanted, const command& which,
                       config::violations& wrong);

/// Nothing: the command goes on. Otherwise it ends with that status, and everything has been said.
template <class Options>
std::optional<exit_status> read_command(std::string_view name, std::vector<config::option<Options>> table,
                                        arguments given, positional_count wanted, Options& into,
                                        std::vector<std::string>& positionals) {
  bool help = false;
  config::option<Options> help_row;
  help_row.name = "help";
  help_row.help = "print this text";
  help_row.kind = config::value_kind::flag;
  help_row.store = [&help](Options&, const config::option_value&) { help = true; };
  table.push_back(std::move(help_row));

  const auto& which = command_named(name);
  config::violations wrong;
  positionals = config::read_arguments(table, given, into, wrong);
  if (help) {
    show_help(which, config::specs_of(table));
    return exit_status::ok;
  }
  check_positionals(positionals, wanted, which, wrong);
  if (wrong.empty()) return std::nullopt;
  return report(wrong, name);
}

} // namespace enclaved::cli
