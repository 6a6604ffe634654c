#include "store/index_notes.hpp"

#include "base/pack.hpp"
#include "store/keys.hpp"

namespace enclaved::store {

namespace {

constexpr named_session malformed{false};
constexpr std::size_t letters = 2; ///< that an index begins with

/// "s/" TENANT NUL ID: [session, …].
named_session named_in_name(std::string_view note, std::string_view body) {
  pack::reader in(body);
  std::uint32_t count = 0;
  session_number session = 0;
  if (note.find('\0') == std::string_view::npos || !in.array(count) || count < 1 || !in.unsigned_int(session))
    return malformed;
  return {true, session};
}

/// "i/" TENANT NUL KEY: [time, session or 0, …].
named_session named_in_answer(std::string_view note, std::string_view body) {
  pack::reader in(body);
  std::uint32_t count = 0;
  std::int64_t at_ms = 0;
  session_number session = 0;
  if (note.find('\0') == std::string_view::npos || !in.array(count) || count < 2 || !in.signed_int(at_ms) ||
      !in.unsigned_int(session))
    return malformed;
  if (session == 0) return {};
  return {true, session};
}

/// Numbers behind the letters, the last of which is the session's.
named_session named_by_number(std::string_view note, std::size_t numbers) {
  constexpr std::size_t bytes = sizeof(session_number);
  if (note.size() != letters + numbers * bytes) return malformed;
  return {true, keys::number_at(note, note.size() - bytes)};
}

} // namespace

named_session session_named_by(std::string_view note, std::string_view body) {
  const auto index = note.substr(0, letters);
  if (index == "s/") return named_in_name(note, body);
  if (index == "i/") return named_in_answer(note, body);
  if (index == "u/") return named_by_number(note, 1);
  if (index == "x/") return named_by_number(note, 2);
  return {};
}

} // namespace enclaved::store
