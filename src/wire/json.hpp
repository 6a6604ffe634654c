// MessagePack and JSON, for people and probes: /status and the command line.
//
// JSON says less than MessagePack. A binary becomes a base64 string, a timestamp an ISO 8601 string (UTC, with
// milliseconds), NaN and the infinities become null, an extension of another type null. Order and repeated keys stay as
// they are. The way back makes nothing of such strings: they stay strings.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace enclaved::wire {

enum class json_layout : std::uint8_t { compact, indented };

/// What is not MessagePack is an `internal` error, since only our own bytes come here.
result<std::string> to_json(std::string_view value, json_layout layout = json_layout::compact);

/// One JSON document as MessagePack; deeper than a message may be or not JSON is `invalid_request` with the place.
result<std::string> from_json(std::string_view text);

} // namespace enclaved::wire
