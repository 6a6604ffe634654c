#include "store/body_seal.hpp"

#include <array>
#include <cstring>

namespace enclaved::store {

namespace {

constexpr std::array<std::uint32_t, 256> make_table() {
  constexpr std::uint32_t polynomial = 0x82f63b78; // reflected
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
    auto value = byte;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? polynomial : 0);
    table[byte] = value;
  }
  return table;
}
constexpr auto table = make_table();

std::uint32_t checksum_of(std::string_view key, std::string_view body) { return checksum(body, checksum(key)); }

} // namespace

std::uint32_t checksum(std::string_view bytes, std::uint32_t before) {
  auto value = ~before;
  for (const char byte : bytes) value = (value >> 8) ^ table[(value ^ static_cast<unsigned char>(byte)) & 0xff];
  return ~value;
}

std::string sealed(std::string_view key, std::string_view body) {
  std::string out(seal_bytes, format_version);
  const auto sum = checksum_of(key, body);
  for (std::size_t i = 0; i < sizeof sum; ++i) out[1 + i] = static_cast<char>((sum >> (8 * i)) & 0xff);
  return out.append(body);
}

std::optional<std::string_view> unsealed(std::string_view key, std::string_view bytes) {
  if (bytes.size() < seal_bytes || bytes[0] != format_version) return std::nullopt;
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < sizeof sum; ++i)
    sum |= std::uint32_t{static_cast<unsigned char>(bytes[1 + i])} << (8 * i);
  const auto body = bytes.substr(seal_bytes);
  return sum == checksum_of(key, body) ? std::optional(body) : std::nullopt;
}

} // namespace enclaved::store
