// Where what lies in an ordered store: one letter, then numbers with the highest byte first, so that their order is
// that of the bytes (FORMAT.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace enclaved::store::keys {

inline constexpr char entry_letter = 'e';
inline constexpr char head_letter = 'h';
inline constexpr char note_letter = 'n';
inline constexpr std::string_view format = "format";

inline void put_number(std::string& to, std::uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) to.push_back(static_cast<char>((number >> shift) & 0xff));
}

inline std::uint64_t number_at(std::string_view key, std::size_t at) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < sizeof number; ++i) number = (number << 8) | static_cast<unsigned char>(key[at + i]);
  return number;
}

inline std::string entry(std::uint64_t session, std::uint64_t number) {
  std::string key(1, entry_letter);
  put_number(key, session);
  put_number(key, number);
  return key;
}

inline std::string head(std::uint64_t session) {
  std::string key(1, head_letter);
  put_number(key, session);
  return key;
}

inline std::string note(std::string_view name) { return note_letter + std::string(name); }

} // namespace enclaved::store::keys
