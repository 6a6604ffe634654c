// From a client's response to `tool.call` to the answer that a script gets.
#pragma once

#include "edge/exchange.hpp"
#include "wire/rpc.hpp"
#include "wire/service.hpp"

namespace enclaved::edge {

/// A value that may not enter a heap, or an error that is neither map nor text, makes the call fail with a reason.
wire::tool_answer tool_answer_of(asked_call call, const wire::message& response);

wire::tool_answer tool_failure(asked_call call, const error& why);

} // namespace enclaved::edge
