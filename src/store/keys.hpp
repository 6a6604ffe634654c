// Where what lies in an ordered store: one letter, then numbers with the highest byte first, so that their order is
// that of the bytes (FORMAT.md).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace enclaved::store::keys {

inline constexpr char entry_letter = 'e';
inline constexpr char head_letter = 'h';
inline constexpr char note_letter = 'n';
inline constexpr std::string_view format = "format";
inline constexpr std::size_t head_bytes = 1 + sizeof(std::uint64_t);
inline constexpr std::size_t entry_bytes = head_bytes + sizeof(std::uint64_t);

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

/// The first key behind those that begin so.
inline std::string end_of(std::string beginning) {
  while (!beginning.empty() && beginning.back() == '\xff') beginning.pop_back();
  if (!beginning.empty()) beginning.back() = static_cast<char>(static_cast<unsigned char>(beginning.back()) + 1);
  return beginning;
}

/// The first key behind a session's entries.
inline std::string end_of_entries(std::uint64_t session) { return end_of(entry(session, 0).substr(0, 9)); }
inline std::string end_of_heads() { return end_of(std::string(1, head_letter)); }

inline std::string note(std::string_view name) { return note_letter + std::string(name); }

inline std::string end_of_notes(std::string_view beginning) { return end_of(note(beginning)); }

} // namespace enclaved::store::keys
