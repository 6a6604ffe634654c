// Whether a tool call's arguments fit the JSON Schema that its tool was declared with. The keywords are those that
// descriptions of tools use: type, enum, const, properties, required, additionalProperties, items, minItems, maxItems,
// minLength, maxLength, minimum, maximum, exclusiveMinimum, exclusiveMaximum, anyOf, oneOf, allOf. Others are
// annotations here and hold nobody back.
#pragma once

#include <string>
#include <string_view>

namespace enclaved::wire {

/// Both MessagePack, and sound. Empty when the arguments fit; otherwise where they do not and what would: "$.city must
/// be a string". What takes too many steps to tell does not fit.
std::string misfit(std::string_view schema, std::string_view args);

} // namespace enclaved::wire
