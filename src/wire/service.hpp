// The seam between connections and the program behind them. The edge implements `peer`, the actors' side implements
// `service`; neither knows the other's libraries.
#pragma once

#include "base/error.hpp"
#include "base/limits.hpp"
#include "wire/requests.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace enclaved::wire {

/// What a token permits, and what its holder may use.
struct principal {
  std::string tenant;     ///< empty without authentication
  bool may_run = true;    ///< everything that makes or changes a session
  bool may_read = true;   ///< info, list, events, watching
  bool may_admin = false; ///< admin.*
  security_level security_max = security_level::permissive;
  std::uint64_t max_sessions = 0; ///< of the tenant; 0: the server's bound alone

  bool operator==(const principal&) const = default;
};

/// A connected client, as actors see it: a bounded sink. Every function may be called from any thread and never blocks;
/// what cannot be delivered any more is dropped, because the client is gone and its sessions live on without it.
class peer {
public:
  virtual ~peer() = default;

  virtual const principal& who() const = 0;
  virtual void respond(std::uint32_t msgid, std::string_view result) = 0; ///< `result`: MessagePack
  virtual void refuse(std::uint32_t msgid, const error& problem) = 0;
  virtual void notify(std::string_view method,
                      std::string_view argument) = 0; ///< `argument`: the one map of its params
  /// Asks `tool.call`; the answer comes as `service::on_tool_answer`. `argument`: the one map of its params.
  /// One that cannot be asked, because too many are in flight, is answered with `OVERLOADED` in the client's stead.
  virtual void call_tool(std::string_view session, std::string_view call, std::string_view argument) = 0;
  /// Notifies `tool.cancel`; a late answer to that call is ignored.
  virtual void cancel_tool(std::string_view /*session*/, std::string_view /*call*/, std::string_view argument) {
    notify("tool.cancel", argument);
  }
};
using peer_ptr = std::shared_ptr<peer>;

/// A client's answer to `tool.call`: a result, or an error (a map or a string, as the client sent it).
struct tool_answer {
  std::string session;
  std::string call;
  bool ok = false;
  std::string value; ///< MessagePack
};

/// Whether this process should get traffic, for probes; reading it blocks on nothing.
struct health {
  bool alive = true;
  bool ready = false;
  std::string reason; ///< why not, in words
};

/// What is behind the connections. Called from the edge's threads.
class service {
public:
  virtual ~service() = default;

  /// `what` is never hello or ping: the edge answers those itself.
  virtual void on_request(const peer_ptr& from, std::uint32_t msgid, request&& what) = 0;
  virtual void on_tool_answer(const peer_ptr& from, tool_answer&& answer) = 0;
  virtual void on_gone(const peer_ptr& from) = 0;
  /// After the last message that one read brought: what arrived together may be handed on together.
  virtual void on_read_done() {}
  virtual health probe() const = 0;
};

} // namespace enclaved::wire
