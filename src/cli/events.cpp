// `enclaved events`: what happened in a session, a line of JSON an event; with --follow also what happens from now on.
#include "cli/command_line.hpp"
#include "cli/command_list.hpp"
#include "cli/fields.hpp"
#include "cli/interrupt.hpp"
#include "wire/json.hpp"

#include <array>
#include <iostream>
#include <unistd.h>

namespace enclaved::cli {

namespace {

enum class until : std::uint8_t { recorded, interrupted };

struct events_options {
  connection_options connection;
  until last = until::recorded;
  std::uint64_t after = 0;
};

std::vector<config::option<events_options>> option_table() {
  std::vector<config::option<events_options>> rows;
  append_connection_rows(rows);
  config::option<events_options> follow;
  follow.name = "follow";
  follow.help = "go on with new events until Ctrl-C, or until the session is gone";
  follow.kind = config::value_kind::flag;
  follow.store = [](events_options& o, const config::option_value&) { o.last = until::interrupted; };
  rows.push_back(std::move(follow));
  config::option<events_options> after;
  after.name = "after";
  after.value_name = "SEQ";
  after.fallback = "0";
  after.help = "only events after this one";
  after.kind = config::value_kind::number;
  after.most = UINT64_MAX - 1;
  after.store = [](events_options& o, const config::option_value& v) { o.after = v.number; };
  rows.push_back(std::move(after));
  return rows;
}

void print_event(std::string_view event) {
  if (const auto json = wire::to_json(event)) std::cout << *json << '\n';
}

exit_status print_recorded(client& server, const std::string& session, std::uint64_t after) {
  for (std::uint64_t from = after + 1, next = 0;; from = next) {
    pack::buffer argument;
    pack::writer(argument).map(3).str("session").str(session).str("from").number(from).str("limit").number(
        bounds::page_entries);
    const auto came = server.call("session.events", argument.bytes, bounds::command_answer_ms);
    if (!came) return report(came.problem());
    for (const auto event : elements(field(*came, "events").value_or(""))) print_event(event);
    next = number_field(*came, "next").value_or(0);
    if (next <= from) return exit_status::ok; // a server that does not advance is not asked for ever
  }
}

/// Events as they come. No event says that a session is gone, so after each end of a run the server is asked.
class follower {
public:
  follower(client& server, const std::string& session) : server_(server), session_(session) {
    client_handlers handlers;
    handlers.on_notification = [this](std::string_view method, std::string_view argument) {
      if (method == "event") show(argument);
    };
    server_.handle(std::move(handlers));
  }
  ~follower() { server_.handle({}); }

  exit_status run(std::uint64_t after) {
    pack::buffer argument;
    pack::writer(argument)
        .map(4)
        .str("session")
        .str(session_)
        .str("after")
        .number(after)
        .str("events")
        .str("all")
        .str("tool_mode")
        .str("none");
    const auto attached = server_.call("session.attach", argument.bytes, bounds::command_answer_ms);
    if (!attached) return report(attached.problem());
    const interrupt stop;
    while (!gone() && std::cout.good()) {
      // A reader that is gone shows without being written to.
      std::array<pollfd, 2> others{{{stop.descriptor(), POLLIN, 0}, {STDOUT_FILENO, 0, 0}}};
      if (auto went = server_.exchange(-1, others); !went) return report(went.problem());
      if (others[0].revents != 0 || others[1].revents != 0) break;
    }
    return exit_status::ok;
  }

private:
  void show(std::string_view event) {
    print_event(event);
    std::cout.flush();
    if (text_field(event, "type") == "final") asked_ = server_.begin("session.info", text_map("session", session_));
  }

  bool gone() {
    const auto came = asked_ ? server_.take_answer(*asked_) : std::nullopt;
    if (!came) return false;
    if (came->problem) return came->problem->code == error_code::not_found;
    return text_field(came->result, "status") == "ended";
  }

  client& server_;
  const std::string& session_;
  std::optional<std::uint32_t> asked_; ///< a request whether the session is still there
};

} // namespace

exit_status events(arguments given, const host& with) {
  events_options options;
  std::vector<std::string> names;
  if (const auto end = read_command("events", option_table(), given, {1, 1}, options, names)) return *end;
  auto server = open_client(options.connection, with, unnamed::default_server);
  if (!server) return report(server.problem());
  if (options.last == until::recorded) return print_recorded(*server, names.front(), options.after);
  return follower(*server, names.front()).run(options.after);
}

} // namespace enclaved::cli
