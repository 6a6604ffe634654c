// The option of commands that look at what a server has left on disk.
#pragma once

#include "config/arguments.hpp"
#include "config/load.hpp"

#include <string>

namespace enclaved::cli {

/// Where a server that is started here would keep its data.
inline std::string usual_data_dir() { return config::load(config::process_surroundings({})).settings.data_dir; }

/// The row for a command whose options have a member `data_dir`.
template <class Options>
void append_data_dir_row(std::vector<config::option<Options>>& table) {
  config::option<Options> row;
  row.name = "data-dir";
  row.value_name = "DIR";
  row.help = "the server's data directory (variable ENCLAVED_DATA_DIR; without either the one that a server here uses)";
  row.kind = config::value_kind::path;
  row.store = [](Options& into, const config::option_value& value) { into.data_dir = value.text; };
  table.push_back(std::move(row));
}

} // namespace enclaved::cli
