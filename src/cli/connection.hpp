// How a command reaches a server: the options that all of them share, and what their failures mean.
#pragma once

#include "base/bounds.hpp"
#include "base/endpoint.hpp"
#include "cli/client.hpp"
#include "cli/commands.hpp"
#include "config/arguments.hpp"

namespace enclaved::cli {

struct connection_options {
  endpoint server; ///< off: nothing was said
  std::string token_file;
  tls_options tls;
  std::uint32_t connect_timeout_ms = bounds::connect_ms;
};

/// ENCLAVED_CONNECT and ENCLAVED_TOKEN_FILE, which the command line overrules.
std::string connect_variable();
std::string token_file_variable();

/// The rows for a command whose options have a member `connection`.
template <class Options>
void append_connection_rows(std::vector<config::option<Options>>& table) {
  config::option<Options> connect;
  connect.name = "connect";
  connect.value_name = "HOST:PORT";
  connect.fallback = connect_variable();
  connect.help = "the server to talk to (variable ENCLAVED_CONNECT)";
  connect.kind = config::value_kind::address;
  connect.store = [](Options& into, const config::option_value& value) { into.connection.server = value.address; };

  config::option<Options> token;
  token.name = "token-file";
  token.value_name = "FILE";
  token.fallback = token_file_variable();
  token.help = "a file with the token for it (variable ENCLAVED_TOKEN_FILE)";
  token.kind = config::value_kind::path;
  token.store = [](Options& into, const config::option_value& value) { into.connection.token_file = value.text; };

  config::option<Options> timeout;
  timeout.name = "connect-timeout-ms";
  timeout.value_name = "N";
  timeout.fallback = std::to_string(bounds::connect_ms);
  timeout.help = "how long to try to reach it";
  timeout.kind = config::value_kind::number;
  timeout.least = 1;
  timeout.most = 3'600'000;
  timeout.store = [](Options& into, const config::option_value& value) {
    into.connection.connect_timeout_ms = static_cast<std::uint32_t>(value.number);
  };

  config::option<Options> tls;
  tls.name = "tls";
  tls.help = "speak TLS with it; so do the three options that follow";
  tls.kind = config::value_kind::flag;
  tls.store = [](Options& into, const config::option_value&) { into.connection.tls.on = true; };

  const auto file = [](const char* name, const char* help, std::string tls_options::*member) {
    config::option<Options> row;
    row.name = name;
    row.value_name = "FILE";
    row.help = help;
    row.kind = config::value_kind::path;
    row.store = [member](Options& into, const config::option_value& value) {
      into.connection.tls.*member = value.text;
      if (!value.text.empty()) into.connection.tls.on = true;
    };
    return row;
  };
  auto ca = file("ca", "believe a server whose certificate one of these signed (PEM)", &tls_options::ca_file);
  auto cert = file("cert", "a certificate to show to it (PEM)", &tls_options::certificate_file);
  auto key = file("key", "the private key of that certificate (PEM)", &tls_options::key_file);
  for (auto* row : {&connect, &token, &timeout, &tls, &ca, &cert, &key}) table.push_back(std::move(*row));
}

/// Where a command without `--connect` looks for a server.
endpoint default_server();

/// The token, or empty; the first line of the file.
result<std::string> read_token(const connection_options& options);

/// Connects and says hello. Without a server named, `when_unnamed` decides.
enum class unnamed : std::uint8_t { default_server, embedded_server };
result<client> open_client(const connection_options& options, const host& with, unnamed when_unnamed);

/// Says on stderr what went wrong, and what the exit status is then.
exit_status report(const error& problem);
/// Likewise for a command line; shows every violation.
exit_status report(const config::violations& wrong, std::string_view command_name);

} // namespace enclaved::cli
