// An address to listen on or to connect to, as people write it: HOST:PORT, [IPV6]:PORT.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace enclaved {

struct endpoint {
  std::string host; ///< a name or an address, without brackets; empty: off
  std::uint16_t port = 0;

  bool off() const { return host.empty(); }
  /// Only this machine can reach it.
  bool is_loopback() const;
  std::string text() const;
  bool operator==(const endpoint&) const = default;
};

/// Nothing when the text is no HOST:PORT; an empty text is the endpoint that is off.
std::optional<endpoint> parse_endpoint(std::string_view text);

} // namespace enclaved
