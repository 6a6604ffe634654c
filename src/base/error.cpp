#include "base/error.hpp"

#include <array>

namespace enclaved {

namespace {

using enum reaction;

constexpr std::array<error_row, error_codes> rows{{
    {error_code::invalid_request, "INVALID_REQUEST", fix_request,
     "The request is malformed or asks for something that is not allowed; the message names the part.",
     "A client sends requests that cannot work; nothing to do on the server."},
    {error_code::unknown_method, "UNKNOWN_METHOD", fix_request, "No method of that name exists.",
     "A client speaks another version or another protocol."},
    {error_code::not_found, "NOT_FOUND", fix_request,
     "What the request names does not exist, has ended, or belongs to someone else.",
     "Usually a session that expired before its client came back."},
    {error_code::already_exists, "ALREADY_EXISTS", fix_request,
     "A live session has that name; attach to it or choose another.", "Two clients use the same session name."},
    {error_code::conflict, "CONFLICT", fix_request,
     "The request contradicts what was accepted before; what was accepted first holds.",
     "A client answers one tool call with two different results."},
    {error_code::forbidden, "FORBIDDEN", fix_request, "The token does not permit this.",
     "Grant the permission in the tokens file, or tell the client."},
    {error_code::too_large, "TOO_LARGE", fix_request,
     "Something in the request is larger or deeper than its bound; the message names it.",
     "Raise the bound named in the message if the use is legitimate."},
    {error_code::unauthorized, "UNAUTHORIZED", authenticate,
     "Send hello with a valid token first; the connection is closed.",
     "A wrong, missing or removed token; many of them at once may be an attack."},
    {error_code::overloaded, "OVERLOADED", retry_later, "A queue is full; try again after retry_after_ms.",
     "More work arrives than the workers finish; add workers, or look for scripts that run long."},
    {error_code::rate_limited, "RATE_LIMITED", retry_later,
     "The tenant sends more than it may; try again after retry_after_ms.",
     "A tenant has reached its rate; raise it or leave it."},
    {error_code::unavailable, "UNAVAILABLE", retry_later,
     "The server drains, or nothing here can serve the request now.",
     "Expected while draining; otherwise look at the workers' state in status."},
    {error_code::slow_consumer, "SLOW_CONSUMER", reconnect,
     "The client did not read its messages; connect again and attach to the sessions.",
     "A client stopped reading, or its network is slower than its events."},
    {error_code::protocol_error, "PROTOCOL_ERROR", reconnect,
     "The bytes received are not MessagePack-RPC; the connection is closed.",
     "A client with a bug, another protocol on this port, or an attack."},
    {error_code::internal, "INTERNAL", report, "A fault of the server; please report it with the message.",
     "A bug: the log has the details; please report it."},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (rows[i].code != static_cast<error_code>(i)) return false;
  return true;
}
static_assert(in_order(), "the table follows the enum");

} // namespace

const error_row& row(error_code code) { return rows[static_cast<std::size_t>(code)]; }

} // namespace enclaved
