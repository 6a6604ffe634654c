#include "cli/connection.hpp"

#include "base/escape.hpp"
#include "cli/terminal.hpp"
#include "cli/text_files.hpp"

#include <cstdlib>
#include <iostream>

namespace enclaved::cli {

namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

exit_status status_of(reaction what_to_do) {
  switch (what_to_do) {
  case reaction::fix_request:
  case reaction::authenticate: return exit_status::usage;
  case reaction::retry_later:
  case reaction::reconnect:
  case reaction::report: break;
  }
  return exit_status::unreachable;
}

} // namespace

std::string connect_variable() { return variable("ENCLAVED_CONNECT"); }
std::string token_file_variable() { return variable("ENCLAVED_TOKEN_FILE"); }

endpoint default_server() { return {"127.0.0.1", 3002}; }

result<std::string> read_token(const connection_options& options) {
  if (options.token_file.empty()) return std::string();
  auto text = read_text_file(options.token_file, bounds::greeting_message_bytes);
  if (!text) return text;
  auto token = text->substr(0, text->find_first_of("\r\n"));
  if (token.empty()) return invalid_request(options.token_file + " is empty; its first line should be the token");
  return token;
}

result<client> open_client(const connection_options& options, const host& with, unnamed when_unnamed) {
  auto token = read_token(options);
  if (!token) return token.problem();
  const bool embedded = options.server.off() && when_unnamed == unnamed::embedded_server;
  if (embedded && with.start_embedded) {
    auto socket = with.start_embedded();
    if (!socket) return socket.problem();
    return client(std::move(*socket));
  }
  const auto where = options.server.off() ? default_server() : options.server;
  auto socket = connect_to(where, options.connect_timeout_ms);
  if (socket && options.tls.on) {
    if (options.tls.certificate_file.empty() != options.tls.key_file.empty())
      return invalid_request("--cert and --key go together");
    if (!with.wrap_in_tls) return error{error_code::internal, "this program has no TLS"};
    socket = with.wrap_in_tls(std::move(*socket), where.host, options.tls, options.connect_timeout_ms);
  }
  if (!socket) return socket.problem();
  client made(std::move(*socket));
  if (token->empty()) return made;
  if (auto greeted = made.hello(*token, options.connect_timeout_ms); !greeted) return greeted.problem();
  return made;
}

exit_status report(const error& problem) {
  std::cerr << paint(colour::red, "error") << ": " << row(problem.code).name << ": " << escaped(problem.message)
            << '\n';
  if (problem.retry_after_ms) std::cerr << "  try again in " << *problem.retry_after_ms << " ms\n";
  return status_of(row(problem.code).what_to_do);
}

exit_status report(const config::violations& wrong, std::string_view command_name) {
  for (const auto& one : wrong) std::cerr << paint(colour::red, "error") << ": " << one << '\n';
  std::cerr << "see enclaved " << command_name << (command_name.empty() ? "" : " ") << "--help\n";
  return exit_status::usage;
}

} // namespace enclaved::cli
