// `enclaved sessions`: the sessions of a server, page by page.
#include "base/escape.hpp"
#include "cli/command_line.hpp"
#include "cli/command_list.hpp"
#include "cli/fields.hpp"
#include "cli/json_output.hpp"
#include "cli/terminal.hpp"
#include "wire/json.hpp"

#include <iostream>

namespace enclaved::cli {

namespace {

struct sessions_options {
  connection_options connection;
  layout output = layout::people;
  std::string status;
  std::string label;
};

std::vector<config::option<sessions_options>> option_table() {
  std::vector<config::option<sessions_options>> rows;
  append_connection_rows(rows);
  append_json_row(rows);
  config::option<sessions_options> status;
  status.name = "status";
  status.value_name = "STATUS";
  status.kind = config::value_kind::choice;
  status.choices = {"idle", "queued", "running", "waiting", "recovering", "ended"};
  status.help = "only those: " + config::range_text(status);
  status.store = [](sessions_options& o, const config::option_value& v) { o.status = v.text; };
  rows.push_back(std::move(status));
  config::option<sessions_options> label;
  label.name = "label";
  label.value_name = "KEY=VALUE";
  label.help = "only those that carry it";
  label.kind = config::value_kind::key_value;
  label.store = [](sessions_options& o, const config::option_value& v) { o.label = v.text; };
  rows.push_back(std::move(label));
  return rows;
}

std::string list_argument(const sessions_options& options, std::string_view cursor) {
  pack::buffer bytes;
  pack::writer out(bytes);
  out.map(1U + !options.status.empty() + !options.label.empty() + !cursor.empty());
  out.str("limit").number(bounds::page_entries);
  if (!options.status.empty()) out.str("status").str(options.status);
  if (!options.label.empty()) out.str("label").str(options.label);
  if (!cursor.empty()) out.str("cursor").str(cursor);
  return std::move(bytes.bytes);
}

std::vector<std::string> cells(std::string_view session) {
  const auto time = [&](std::string_view key) {
    const auto at = number_field(session, key);
    return at && *at > 0 ? time_text(*at) : std::string("-");
  };
  const auto seq = number_field(session, "seq");
  return {escaped(text_field(session, "session")), escaped(text_field(session, "status")),
          seq ? std::to_string(*seq) : "?", time("created_at"), time("expires_at")};
}

void show_page(std::string_view page, layout how) {
  std::vector<std::vector<std::string>> rows;
  for (const auto session : elements(field(page, "sessions").value_or(""))) {
    if (how == layout::people)
      rows.push_back(cells(session));
    else if (const auto json = wire::to_json(session))
      std::cout << *json << '\n';
  }
  if (how == layout::json || rows.empty()) return;
  rows.insert(rows.begin(), {"SESSION", "STATUS", "EVENTS", "CREATED", "EXPIRES"});
  std::cout << table(rows);
}

} // namespace

exit_status sessions(arguments given, const host& with) {
  sessions_options options;
  std::vector<std::string> none;
  if (const auto end = read_command("sessions", option_table(), given, {}, options, none)) return *end;
  auto server = open_client(options.connection, with, unnamed::default_server);
  if (!server) return report(server.problem());
  std::string cursor;
  do {
    const auto came = server->call("session.list", list_argument(options, cursor), bounds::command_answer_ms);
    if (!came) return report(came.problem());
    show_page(*came, options.output);
    cursor = text_field(*came, "cursor");
  } while (!cursor.empty());
  return exit_status::ok;
}

} // namespace enclaved::cli
