// Picking single keys out of an encoded map, for answers of which a command shows a few.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace enclaved::cli {

/// The encoding of a key's value, or nothing when the bytes are no map or have no such key.
std::optional<std::string_view> field(std::string_view map, std::string_view key);
/// The same through several maps: `{"executions", "active"}`.
std::optional<std::string_view> field(std::string_view map, std::initializer_list<std::string_view> path);

std::string text_field(std::string_view map, std::string_view key);
std::optional<std::uint64_t> number_field(std::string_view map, std::string_view key);
bool flag_field(std::string_view map, std::string_view key);
/// The encodings of an array's elements.
std::vector<std::string_view> elements(std::string_view array);

/// A map of one text, as many requests take it.
std::string text_map(std::string_view key, std::string_view text);

/// A scalar as people read it; maps and arrays as JSON.
std::string shown_value(std::string_view value);

} // namespace enclaved::cli
