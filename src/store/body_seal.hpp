// The format of what the store keeps: a body behind a version and a checksum (FORMAT.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace enclaved::store {

inline constexpr char format_version = 1;
inline constexpr std::size_t seal_bytes = 1 + sizeof(std::uint32_t);

/// CRC-32C (Castagnoli).
std::uint32_t checksum(std::string_view bytes, std::uint32_t before = 0);

/// `key` enters the checksum, so that a body in another one's place is noticed.
std::string sealed(std::string_view key, std::string_view body);
/// The body; nothing when it is damaged.
std::optional<std::string_view> unsealed(std::string_view key, std::string_view bytes);

} // namespace enclaved::store
