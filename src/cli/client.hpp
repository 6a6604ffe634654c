// A client of the protocol for commands: one connection, one thread, requests both ways.
//
// Whoever waits for an answer drives the connection (`exchange`), and what arrives meanwhile, events and tool calls,
// goes to the handlers. It works on any connected stream socket, so that a command can use a server of its own.
#pragma once

#include "base/pack.hpp"
#include "base/result.hpp"
#include "cli/socket.hpp"
#include "wire/rpc.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <poll.h>
#include <span>
#include <string>
#include <string_view>

namespace enclaved::cli {

/// What came back for one request.
struct answer {
  std::optional<error> problem;
  std::string result; ///< MessagePack
};

struct client_handlers {
  /// `argument` is the one map of a notification's params.
  std::function<void(std::string_view method, std::string_view argument)> on_notification;
  /// A request of the server; answered with `respond` or `refuse`, now or later.
  std::function<void(std::uint32_t msgid, std::string_view method, std::string_view argument)> on_request;
};

class client {
public:
  static result<client> connect(const endpoint& where, std::uint32_t timeout_ms);
  explicit client(unique_fd socket);

  void handle(client_handlers handlers) { handlers_ = std::move(handlers); }

  /// Sends a request and waits. `argument` is a map, MessagePack; 0 ms: for ever.
  result<std::string> call(std::string_view method, std::string_view argument, std::uint64_t timeout_ms);
  /// Says who this is; needed once, and first, where the server wants a token.
  status hello(std::string_view token, std::uint64_t timeout_ms);

  /// The parts of `call`, for those who wait for several things.
  std::uint32_t begin(std::string_view method, std::string_view argument);
  std::optional<answer> take_answer(std::uint32_t msgid);
  void respond(std::uint32_t msgid, std::string_view result);
  void refuse(std::uint32_t msgid, const error& problem);

  /// Sends what waits, sleeps until the socket or one of `others` is ready, at most `timeout_ms` (-1: as long as it
  /// takes), and hands out what arrived. The error is final: the connection is gone.
  status exchange(int timeout_ms, std::span<pollfd> others = {});

private:
  status send();
  status receive();
  void dispatch(const wire::message& message);
  void answered(const wire::message& message);
  error lost(std::string why) const;

  unique_fd socket_;
  client_handlers handlers_;
  wire::message_reader in_;
  pack::buffer out_;
  std::size_t sent_ = 0; ///< of out_
  std::uint32_t last_msgid_ = 0;
  std::map<std::uint32_t, std::optional<answer>> pending_; ///< asked for; empty: not answered yet
  std::optional<error> farewell_;                          ///< what the server said before it closed the connection
};

/// An error as it came: a map {code, message, …}, or a text.
error decode_error(std::string_view value);

} // namespace enclaved::cli
