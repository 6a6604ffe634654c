// `enclaved backup`: a copy of what a server keeps on disk, made by the server, or from the data directory of one that
// does not run.
#include "base/escape.hpp"
#include "cli/command_line.hpp"
#include "cli/command_list.hpp"
#include "cli/data_dir.hpp"
#include "cli/fields.hpp"

#include <iostream>

namespace enclaved::cli {

namespace {

constexpr std::uint64_t backup_ms = 600'000; ///< a large store on another file system is copied byte by byte

struct backup_options {
  connection_options connection;
  std::string data_dir;
};

exit_status say(const std::string& path, std::optional<std::uint64_t> bytes) {
  std::cout << escaped(path) << (bytes ? ", " + std::to_string(*bytes) + " bytes" : "") << '\n';
  return exit_status::ok;
}

exit_status ask_server(const backup_options& options, const std::string& path, const host& with) {
  auto server = open_client(options.connection, with, unnamed::default_server);
  if (!server) return report(server.problem());
  pack::buffer argument;
  pack::writer(argument).map(1).str("path").str(path);
  const auto made = server->call("admin.backup", argument.bytes, backup_ms);
  if (!made) return report(made.problem());
  return say(text_field(*made, "path"), number_field(*made, "bytes"));
}

} // namespace

exit_status backup(arguments given, const host& with) {
  backup_options options;
  std::vector<config::option<backup_options>> rows;
  append_connection_rows(rows);
  append_data_dir_row(rows);
  std::vector<std::string> paths;
  if (const auto end = read_command("backup", std::move(rows), given, {1, 1}, options, paths)) return *end;
  if (options.data_dir.empty()) return ask_server(options, paths.front(), with);
  const auto made = with.store.back_up(options.data_dir, paths.front());
  return made ? say(made->path, made->bytes) : report(made.problem());
}

} // namespace enclaved::cli
