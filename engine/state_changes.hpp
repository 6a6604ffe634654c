// What has changed between two encodings of a state: the ops of a `state_patch`, named as in RFC 6902 and of whole keys
// of the top level. Knows no heap, so nothing in here jumps out.
#pragma once

#include "engine/outbox.hpp"

#include <cstdint>
#include <string_view>

namespace enclaved::engine {

/// Why a state cannot be kept.
enum class state_fault : std::uint8_t { none, too_many_keys, key_too_long, patch_too_large, no_memory };
/// What happened, as a sentence of its own.
const char* describe(state_fault fault);

/// Appends the ops that make `after` out of `before`, as one array; nothing when they say the same. Both are maps that
/// an encoder wrote, or empty; of a key that stands in one twice the last counts. Removals come first, then what was
/// added or replaced, each in the order of its map.
state_fault write_changes(std::string_view before, std::string_view after, outbox& out);

} // namespace enclaved::engine
