// A session's state outside of any heap: a MessagePack map of which each key is a property of a script's `$state`, and
// the changes of it that a turn commits.
//
// Changes are called as in RFC 6902 (JSON Patch) and touch whole keys of the top level: an array of {op, path, value?},
// where `op` is add, replace or remove, and `path` is "/" and the key, escaped as RFC 6901 says. As there, add also
// replaces, and replace and remove need the key to be there.
//
// The ops come from a worker process, which may be in the hands of the script it ran: nothing of them is believed.
#pragma once

#include "base/result.hpp"
#include "wire/capabilities.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace enclaved::wire {

struct state_op {
  enum class kind : std::uint8_t { add, replace, remove };
  kind op = kind::add;
  std::string key;        ///< unescaped
  std::string_view value; ///< MessagePack within the ops; empty for remove
};

/// What the ops say. Anything unsound, too many or too large is an error.
result<std::vector<state_op>> read_state_ops(std::string_view ops);

/// A state as it may be kept: a map with texts for keys, each once, and values that may enter a heap; within bounds.
/// A state without keys is an empty text, here and below. `called` is what an error says of it.
result<std::string> checked_state(std::string_view state, std::string_view called = "state");

/// The state after the ops, in the order of its keys, new ones last. An error when they do not fit the state
/// (`conflict`) or make it too large (`too_large`).
result<std::string> patched(std::string_view state, const std::vector<state_op>& ops);

/// What of a state scripts may read.
std::string readable(std::string_view state, const capabilities& granted);

/// The first key of the ops that may not be written to, as what the script is told; empty when all may.
std::string denied_write(const std::vector<state_op>& ops, const capabilities& granted);

} // namespace enclaved::wire
