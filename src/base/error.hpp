// The closed list of errors a client is told, one row each. A script that throws is not an error of the server (see
// outcome.hpp).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace enclaved {

/// What the caller should do about an error.
enum class reaction : std::uint8_t { fix_request, authenticate, retry_later, reconnect, report };

enum class error_code : std::uint8_t {
  invalid_request,
  unknown_method,
  not_found,
  already_exists,
  conflict,
  forbidden,
  too_large,
  unauthorized,
  overloaded,
  rate_limited,
  unavailable,
  slow_consumer,
  protocol_error,
  internal,
};

struct error_row {
  error_code code;
  std::string_view name; ///< as it stands on the wire
  reaction what_to_do;
  std::string_view for_client;   ///< a sentence for whoever sent the request
  std::string_view for_operator; ///< a sentence for whoever runs the server
};

/// The table, in the order of the enum; documentation is generated from it.
const error_row& row(error_code code);
inline constexpr std::size_t error_codes = static_cast<std::size_t>(error_code::internal) + 1;

struct error {
  error_code code = error_code::internal;
  std::string message;
  std::optional<std::uint32_t> retry_after_ms = std::nullopt;
  std::string details = {}; ///< MessagePack, empty: none
};

inline error invalid_request(std::string message) { return {error_code::invalid_request, std::move(message)}; }

} // namespace enclaved
