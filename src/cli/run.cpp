// `enclaved run`: a script in, its result out. Whether the server is another process or a part of this one, the way is
// the client protocol.
#include "base/clock.hpp"
#include "base/escape.hpp"
#include "cli/command_line.hpp"
#include "cli/command_list.hpp"
#include "cli/fields.hpp"
#include "cli/interrupt.hpp"
#include "cli/run_options.hpp"
#include "cli/run_report.hpp"
#include "cli/run_tools.hpp"
#include "cli/terminal.hpp"
#include "cli/text_files.hpp"
#include "wire/json.hpp"

#include <csignal>
#include <iostream>

namespace enclaved::cli {

namespace {

/// The message says in words what `data` says in values; --events shows both.
void show_log(std::string_view payload) {
  const auto level = text_field(payload, "level");
  const auto hue = level == "error" ? colour::red : level == "warn" ? colour::yellow : colour::faint;
  std::cerr << paint(hue, escaped(level)) << ' ' << printable(text_field(payload, "message"));
  std::cerr << '\n';
}

void show_event(std::string_view event, shown_events how) {
  if (how == shown_events::all) {
    if (const auto json = wire::to_json(event)) std::cerr << *json << '\n';
    return;
  }
  const auto type = text_field(event, "type");
  const auto payload = field(event, "payload");
  if (!payload) return;
  if (type == "stdout")
    std::cerr << printable(text_field(*payload, "chunk"));
  else if (type == "log")
    show_log(*payload);
}

client_handlers handlers_of(client& server, tool_processes& tools, shown_events how, std::string& session) {
  client_handlers out;
  out.on_notification = [&tools, how, &session](std::string_view method, std::string_view argument) {
    if (method == "event") {
      if (session.empty()) session = text_field(argument, "session");
      show_event(argument, how);
    } else if (method == "tool.cancel")
      tools.cancel(argument);
  };
  out.on_request = [&server, &tools](std::uint32_t msgid, std::string_view method, std::string_view argument) {
    if (method == "tool.call")
      tools.call(msgid, argument);
    else
      server.refuse(msgid, {error_code::unknown_method, "this client answers tool.call only"});
  };
  return out;
}

constexpr std::uint64_t patience_ms = 2'000; ///< for the end of a run that was cancelled

/// Nobody waits for the result any more, so the script ends as well. A second signal ends us at once.
void cancel(client& server, const std::string& session, std::uint32_t running, const interrupt& stop) {
  if (session.empty()) return;
  pack::buffer argument;
  pack::writer(argument).map(2).str("session").str(session).str("reason").str("interrupted");
  server.begin("session.cancel", argument.bytes);
  stop.clear();
  const auto until = steady_ms() + patience_ms;
  for (auto now = steady_ms(); now < until; now = steady_ms()) {
    pollfd again{stop.descriptor(), POLLIN, 0};
    if (!server.exchange(static_cast<int>(until - now), {&again, 1}) || again.revents != 0) return;
    if (server.take_answer(running)) return;
  }
}

exit_status run_on(client& server, const run_options& options, std::string_view code) {
  auto argument = run_argument(options, code);
  if (!argument) return report(argument.problem());
  const interrupt stop;
  tool_processes tools(options.tools, server);
  std::string session; ///< known from its first event on
  server.handle(handlers_of(server, tools, options.events, session));
  const auto msgid = server.begin("run", *argument);
  for (;;) {
    if (const auto came = server.take_answer(msgid))
      return came->problem ? report(*came->problem) : report_end(came->result, code);
    auto others = tools.interests();
    others.push_back({stop.descriptor(), POLLIN, 0});
    if (auto went = server.exchange(-1, others); !went) return report(went.problem());
    if (others.back().revents != 0) {
      cancel(server, session, msgid, stop);
      return exit_status::interrupted;
    }
    others.pop_back();
    tools.advance(others);
  }
}

} // namespace

exit_status run(arguments given, const host& with) {
  run_options options;
  std::vector<std::string> files;
  if (const auto end = read_command("run", run_option_table(), given, {1, 1}, options, files)) return *end;
  const auto code = read_text_file(files.front(), bounds::source_bytes);
  if (!code) return report(code.problem());
  std::signal(SIGPIPE, SIG_IGN); // a tool that does not read its arguments must not end us
  auto server = open_client(options.connection, with, unnamed::embedded_server);
  if (!server) return report(server.problem());
  return run_on(*server, options, *code);
}

} // namespace enclaved::cli
