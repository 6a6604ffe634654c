// The client's side of TLS, for commands: whoever holds the answer speaks plainly, a thread of ours speaks TLS.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>

namespace enclaved::edge {

struct tls_tunnel_files {
  std::string ca;          ///< whom to believe (PEM); empty: whom the system believes
  std::string certificate; ///< to show (PEM); empty: none
  std::string key;
};

/// Takes a connected socket over, shakes hands and checks that the certificate names `host`. The answer is a stream
/// socket that carries what the server means; it is the caller's.
result<int> open_tls_tunnel(int connected, const std::string& host, const tls_tunnel_files& files,
                            std::uint32_t timeout_ms);

} // namespace enclaved::edge
