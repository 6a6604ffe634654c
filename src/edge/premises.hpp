// What all connections of one server share.
#pragma once

#include "edge/guests.hpp"
#include "edge/options.hpp"
#include "edge/tls.hpp"
#include "edge/tokens.hpp"
#include "wire/service.hpp"

namespace enclaved::edge {

struct premises {
  premises(server_options given, wire::service& behind)
      : options(std::move(given)), service(behind), tokens(options.tokens_file), tls(options.tls),
        guests(options.bounds.connections, options.bounds.http_connections, options.bounds.connections_per_tenant) {}

  const server_options options;
  wire::service& service; ///< until the last guest has left
  token_store tokens;
  tls_settings tls;
  guest_list guests;
};

} // namespace enclaved::edge
