// The choice between output for people and JSON for programs, which several commands offer.
#pragma once

#include "cli/connection.hpp"

#include <cstdint>
#include <string_view>

namespace enclaved::cli {

enum class layout : std::uint8_t { people, json };

/// `--json`, for a command whose options have a member `output`.
template <class Options>
void append_json_row(std::vector<config::option<Options>>& table) {
  config::option<Options> row;
  row.name = "json";
  row.help = "print JSON";
  row.kind = config::value_kind::flag;
  row.store = [](Options& into, const config::option_value&) { into.output = layout::json; };
  table.push_back(std::move(row));
}

/// A MessagePack value on stdout, indented.
exit_status print_json(std::string_view value);

} // namespace enclaved::cli
