#include "config/option_rows.hpp"

namespace enclaved::config {

namespace {

using bounds::gib;
using bounds::kib;

std::string text(std::size_t number) { return std::to_string(number); }

option_rows address_rows() {
  return {
      rows::address(
          {"listen", "HOST:PORT", "127.0.0.1:3002", "listen for MessagePack-RPC; empty: off"},
          [](draft & d) -> auto& { return d.out.listen; }),
      rows::address(
          {"http-listen", "HOST:PORT", "127.0.0.1:3001", "listen for HTTP: /health, /ready, /status; empty: off"},
          [](draft & d) -> auto& { return d.out.http_listen; }),
      rows::path(
          {"tokens-file", "FILE", "",
           "who may connect, a line each: TOKEN TENANT PERMISSION,…; without it everyone who reaches the port may"},
          [](draft & d) -> auto& { return d.out.tokens_file; }),
      rows::path(
          {"tls-cert", "FILE", "", "the server's certificate chain (PEM); turns TLS on"},
          [](draft & d) -> auto& { return d.out.tls.certificate_file; }),
      rows::path(
          {"tls-key", "FILE", "", "the certificate's private key (PEM)"},
          [](draft & d) -> auto& { return d.out.tls.key_file; }),
      rows::path(
          {"tls-client-ca", "FILE", "", "clients must show a certificate that one of these signed (PEM)"},
          [](draft & d) -> auto& { return d.out.tls.client_ca_file; }),
  };
}

option_rows bound_rows() {
  return {
      rows::number(
          {"max-connections", "N", text(bounds::connections), "client connections of this server"}, 1, 1'000'000,
          [](draft & d) -> auto& { return d.out.connections.max_connections; }),
      rows::number(
          {"max-connections-per-tenant", "N", text(bounds::connections_per_tenant), "of them, those of one tenant"}, 1,
          1'000'000, [](draft & d) -> auto& { return d.out.connections.max_connections_per_tenant; }),
      rows::number(
          {"max-message-bytes", "N", text(bounds::message_bytes), "one message of a client, whole"}, 64 * kib,
          bounds::pipe_frame_bytes / 2, [](draft & d) -> auto& { return d.out.connections.max_message_bytes; }),
      rows::number(
          {"max-requests-in-flight", "N", text(bounds::requests_in_flight),
           "unanswered requests of one connection; one more is answered OVERLOADED"},
          1, 1'000'000, [](draft & d) -> auto& { return d.out.connections.max_requests_in_flight; }),
      rows::number(
          {"max-connection-output-bytes", "N", text(bounds::output_bytes_per_connection),
           "what waits for a client that does not read; then it is disconnected"},
          kib * kib, 4 * gib, [](draft & d) -> auto& { return d.out.connections.max_output_bytes; }),
      rows::number_or_auto(
          {"io-threads", "N", "auto",
           "threads that serve connections and run the actors; auto: one for each two cores"},
          1, 64, [](draft & d) -> auto& { return d.io_threads; }),
  };
}

} // namespace

void append_client_side_rows(option_rows& table) {
  append_section(table, "Clients", for_standalone | for_broker, address_rows());
  append_section(table, "Bounds of clients", for_standalone | for_broker, bound_rows());
}

} // namespace enclaved::config
