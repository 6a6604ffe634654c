// `enclaved status`: what a server does, for people and for programs.
#include "base/escape.hpp"
#include "cli/command_line.hpp"
#include "cli/command_list.hpp"
#include "cli/fields.hpp"
#include "cli/json_output.hpp"
#include "cli/terminal.hpp"

#include <iostream>

namespace enclaved::cli {

namespace {

struct status_options {
  connection_options connection;
  layout output = layout::people;
};

std::string number_at(std::string_view status, std::initializer_list<std::string_view> path) {
  const auto value = field(status, path);
  return value ? shown_value(*value) : "?";
}

/// The layers of the sandbox: those that hold, and those that this system does not give.
std::string sandbox_line(std::string_view sandbox) {
  pack::reader in(sandbox);
  std::uint32_t pairs = 0;
  if (!in.map(pairs)) return shown_value(sandbox);
  std::string there, missing, other;
  for (std::string_view key, value; pairs > 0 && in.str(key) && in.skip(value); --pairs) {
    bool holds = false;
    const bool is_flag = pack::reader(value).boolean(holds);
    auto& list = !is_flag ? other : holds ? there : missing;
    list += (list.empty() ? "" : ", ") + escaped(key) + (is_flag ? "" : ' ' + shown_value(value));
  }
  if (!other.empty()) there += (there.empty() ? "" : ", ") + other;
  return there + (missing.empty() ? "" : "; missing: " + missing);
}

std::vector<std::vector<std::string>> overview(std::string_view status) {
  const auto text = [&](std::string_view key) { return escaped(text_field(status, key)); };
  std::vector<std::vector<std::string>> rows{
      {"node", text("node") + ", " + text("role") + ", version " + text("version")},
      {"up", duration_text(number_field(status, "uptime_ms").value_or(0))},
      {"executions", number_at(status, {"executions", "active"}) + " active, " +
                         number_at(status, {"executions", "waiting"}) + " of them waiting; " +
                         number_at(status, {"executions", "total"}) + " in all, " +
                         number_at(status, {"executions", "failed"}) + " failed"},
      {"sessions", number_at(status, {"sessions", "total"})},
      {"queue", number_at(status, {"queue", "depth"})},
      {"workers", number_at(status, {"workers", "total"}) + ": " + number_at(status, {"workers", "active"}) +
                      " active, " + number_at(status, {"workers", "idle"}) + " idle"},
  };
  if (const auto sandbox = field(status, "sandbox")) rows.push_back({"sandbox", sandbox_line(*sandbox)});
  return rows;
}

std::vector<std::vector<std::string>> runtimes(std::string_view status) {
  std::vector<std::vector<std::string>> rows{{"RUNTIME", "STATUS", "ADDRESS", "ACTIVE", "WORKERS", "LABELS"}};
  for (const auto one : elements(field(status, "runtimes").value_or(""))) {
    std::vector<std::string> cells;
    for (const auto key : {"id", "status", "address", "active", "workers", "labels"}) {
      const auto value = field(one, key);
      cells.push_back(value ? shown_value(*value) : "");
    }
    rows.push_back(std::move(cells));
  }
  return rows;
}

} // namespace

exit_status status_of_server(arguments given, const host& with) {
  status_options options;
  std::vector<config::option<status_options>> rows;
  append_connection_rows(rows);
  append_json_row(rows);
  std::vector<std::string> none;
  if (const auto end = read_command("status", std::move(rows), given, {}, options, none)) return *end;
  auto server = open_client(options.connection, with, unnamed::default_server);
  if (!server) return report(server.problem());
  const auto came = server->call("status", std::string_view("\x80", 1), bounds::command_answer_ms);
  if (!came) return report(came.problem());
  if (options.output == layout::json) return print_json(*came);
  std::cout << table(overview(*came));
  if (const auto listed = runtimes(*came); listed.size() > 1) std::cout << '\n' << table(listed);
  return exit_status::ok;
}

} // namespace enclaved::cli
