// How the notes of the store are called by which sessions and answers are found. FACTS.md describes them.
#pragma once

#include "actors/messages.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace enclaved::store_index {

inline constexpr std::string_view names = "s/";
inline constexpr std::string_view unfinished = "u/";
inline constexpr std::string_view expiries = "x/";
inline constexpr std::string_view answers = "i/";
inline constexpr std::string_view numbers_note = "numbers"; ///< up to which numbers of sessions may be in use
inline constexpr std::string_view epoch_note = "epoch";     ///< raised whenever a backup is restored

/// "s/" TENANT NUL ID: which session it is, and what a listing shows of one that rests.
std::string name_note(std::string_view tenant, std::string_view id);
struct named {
  store::session_number stored = 0;
  std::int64_t created_at_ms = 0;
  std::uint64_t seq = 0;
  std::string labels; ///< a MessagePack map
};
std::string packed(const named& what);
std::optional<named> unpacked_named(std::string_view body);
std::string_view id_in(std::string_view name_note, std::string_view tenant);

/// "u/" NUMBER: something of it runs or waits.
std::string unfinished_note(store::session_number stored);
/// "x/" TIME NUMBER: it rests until then.
std::string expiry_note(std::int64_t at_ms, store::session_number stored);
struct expiry {
  std::int64_t at_ms = 0;
  store::session_number stored = 0;
};
std::optional<store::session_number> number_of_unfinished(std::string_view note);
std::optional<expiry> expiry_of(std::string_view note);

/// "i/" TENANT NUL KEY: the answer of the first run with this key, or where it runs.
std::string answer_note(std::string_view tenant, std::string_view key);
struct keyed_answer {
  std::int64_t at_ms = 0;
  store::session_number runs_in = 0; ///< of a durable session; 0 when it has been answered
  std::string answer;
};
std::string packed(const keyed_answer& what);
std::optional<keyed_answer> unpacked_answer(std::string_view body);

std::string packed_number(std::uint64_t number);
std::optional<std::uint64_t> unpacked_number(std::string_view body);

} // namespace enclaved::store_index
