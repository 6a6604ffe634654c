// What a client asks, decoded and checked: one struct a method, in the order of the protocol document.
// Field by field this is PROTOCOL's table; an absent optional is a key that the client left out.
#pragma once

#include "base/limits.hpp"
#include "base/result.hpp"
#include "wire/capabilities.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace enclaved::wire {

/// The limits a request names, in the order of `limit_rows()`.
using limit_overrides = std::array<std::optional<std::uint64_t>, limits_count>;
using label_list = std::vector<std::pair<std::string, std::string>>;

/// Who answers a session's tool calls on this connection.
enum class tool_mode : std::uint8_t { call, event, none };

/// Which events a connection wants: a bit for each event type (see events.hpp), all bits for "all".
using event_mask = std::uint32_t;

struct tool_spec {
  std::string name;
  std::string description;
  std::string args_schema; ///< MessagePack, empty: none
  std::optional<std::uint64_t> timeout_ms;
  bool retryable = false;
  std::uint32_t max_retries = 0;
  bool at_most_once = false;
};

/// What `run` and `session.open` have in common.
struct session_options {
  std::optional<std::string> session;
  std::optional<security_level> security;
  limit_overrides limits{};
  std::optional<std::vector<tool_spec>> tools;
  label_list labels;
  std::optional<event_mask> events;
  std::optional<wire::tool_mode> tool_mode;
  std::optional<bool> durable;
};

struct hello {
  std::optional<std::string> token;
  std::string client_name, client_version;
};
struct ping {};
struct run {
  session_options options;
  std::string code;
  std::string inputs;          /**< MessagePack, empty: none */
  std::string idempotency_key; /**< empty: none */
};
struct session_open {
  session_options options;
  std::string metadata;      /**< MessagePack, empty: none */
  std::string initial_state; /**< as state.hpp's `checked_state` leaves it */
  wire::capabilities capabilities;
};
struct session_attach {
  std::string session;
  std::uint64_t after = 0;
  event_mask events = ~event_mask{0};
  wire::tool_mode tool_mode = wire::tool_mode::call;
};
struct session_events {
  std::string session;
  std::uint64_t from = 1;
  std::uint32_t limit = 100;
};
struct session_detach {
  std::string session;
};
struct session_cancel {
  std::string session;
  std::string reason;
};
struct session_close {
  std::string session;
};
struct session_info {
  std::string session;
};
struct session_list {
  std::string status;
  std::string label;
  std::string cursor;
  std::uint32_t limit = 100;
};
struct tool_result {
  std::string session;
  std::string call;
  bool ok = false;
  std::string value; /**< MessagePack: the result, or the error */
};
struct status_query {};
struct admin_drain {
  std::string runtime; /**< empty: this node */
};
struct admin_runtimes {};
struct admin_events {};
struct admin_backup {
  std::string path; /**< of a folder that is not there yet; a relative one lies with the server's backups */
};
struct check {
  std::string code;
  std::optional<security_level> security;
};

using request = std::variant<hello, ping, run, session_open, session_attach, session_events, session_detach,
                             session_cancel, session_close, session_info, session_list, tool_result, status_query,
                             admin_drain, admin_runtimes, admin_events, admin_backup, check>;

/// Decodes one request's `params` (the array with at most one map). Every violation is an error that names the key and
/// what would be right; an unknown method is `unknown_method`.
result<request> decode_request(std::string_view method, std::string_view params);

} // namespace enclaved::wire
