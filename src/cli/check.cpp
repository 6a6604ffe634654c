// `enclaved check`: what is wrong with a script, as compilers tell it: file, line, column.
#include "base/escape.hpp"
#include "base/limits.hpp"
#include "cli/command_line.hpp"
#include "cli/command_list.hpp"
#include "cli/fields.hpp"
#include "cli/json_output.hpp"
#include "cli/terminal.hpp"
#include "cli/text_files.hpp"

#include <iostream>

namespace enclaved::cli {

namespace {

struct check_options {
  connection_options connection;
  std::optional<security_level> security;
  layout output = layout::people;
};

std::vector<config::option<check_options>> table() {
  std::vector<config::option<check_options>> rows;
  append_connection_rows(rows);
  config::option<check_options> security;
  security.name = "security";
  security.value_name = "LEVEL";
  security.help = "check for this level: strict, secure, standard or permissive";
  security.kind = config::value_kind::choice;
  security.choices = {"strict", "secure", "standard", "permissive"};
  security.store = [](check_options& o, const config::option_value& v) {
    o.security = static_cast<security_level>(v.choice);
  };
  rows.push_back(std::move(security));
  append_json_row(rows);
  return rows;
}

std::string check_argument(const check_options& options, std::string_view code) {
  pack::buffer bytes;
  pack::writer out(bytes);
  out.map(options.security ? 2 : 1).str("code").str(code);
  if (options.security) out.str("security").str(name(*options.security));
  return std::move(bytes.bytes);
}

void show_diagnostic(std::string_view one, const std::string& file) {
  const auto severity = text_field(one, "severity");
  std::cout << escaped(file) << ':' << number_field(one, "line").value_or(0) << ':'
            << number_field(one, "column").value_or(0) << ": " << escaped(severity) << ": "
            << printable(text_field(one, "message")) << " [" << escaped(text_field(one, "code")) << "]\n";
}

} // namespace

exit_status check(arguments given, const host& with) {
  check_options options;
  std::vector<std::string> files;
  if (const auto end = read_command("check", table(), given, {1, 1}, options, files)) return *end;
  const auto code = read_text_file(files.front(), bounds::source_bytes);
  if (!code) return report(code.problem());
  auto server = open_client(options.connection, with, unnamed::embedded_server);
  if (!server) return report(server.problem());
  const auto came = server->call("check", check_argument(options, *code), bounds::command_answer_ms);
  if (!came) return report(came.problem());
  if (options.output == layout::json)
    print_json(*came);
  else
    for (const auto one : elements(field(*came, "diagnostics").value_or(""))) show_diagnostic(one, files.front());
  return flag_field(*came, "ok") ? exit_status::ok : exit_status::script_failed;
}

} // namespace enclaved::cli
