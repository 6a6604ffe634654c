// The fields that several methods share: names, levels, limits, tools, labels, events.
#pragma once

#include "wire/fields.hpp"
#include "wire/requests.hpp"

#include <array>
#include <string_view>

namespace enclaved::wire {

/// Integers that every client can represent.
inline constexpr std::uint64_t largest_integer = std::uint64_t{1} << 53;

/// `[A-Za-z0-9_.:-]{1,128}`.
bool read_name(field_reader& in, const place& at, std::string& out);
bool read_level(field_reader& in, const place& at, security_level& out);
bool read_limits(field_reader& in, const place& at, limit_overrides& out);
bool read_tools(field_reader& in, const place& at, std::vector<tool_spec>& out);
bool read_labels(field_reader& in, const place& at, label_list& out);
/// "none", "all", or a list of types.
bool read_events(field_reader& in, const place& at, event_mask& out);
bool read_tool_mode(field_reader& in, const place& at, tool_mode& out);
bool read_session_status(field_reader& in, const place& at, std::string& out);
/// A map that a session's state may be.
bool read_state(field_reader& in, const place& at, std::string& out);

/// Reads into a member of the `options` that both have.
template <auto member, auto read, class Owner>
bool option_in(field_reader& in, const place& at, Owner& owner) {
  return read(in, at, filled(owner.options.*member));
}

inline bool read_flag(field_reader& in, const place& at, bool& out) { return in.flag(at, out); }

/// The rows that `run` and `session.open` have in common.
template <class Owner>
constexpr std::array<field<Owner>, 8> option_fields{{
    {"session", option_in<&session_options::session, read_name>},
    {"security", option_in<&session_options::security, read_level>},
    {"limits", option_in<&session_options::limits, read_limits>},
    {"tools", option_in<&session_options::tools, read_tools>},
    {"labels", option_in<&session_options::labels, read_labels>},
    {"events", option_in<&session_options::events, read_events>},
    {"tool_mode", option_in<&session_options::tool_mode, read_tool_mode>},
    {"durable", option_in<&session_options::durable, read_flag>},
}};

/// Two tables as one.
template <class Owner, std::size_t A, std::size_t B>
constexpr std::array<field<Owner>, A + B> joined(const std::array<field<Owner>, A>& first,
                                                 const std::array<field<Owner>, B>& second) {
  std::array<field<Owner>, A + B> all{};
  for (std::size_t i = 0; i < A; ++i) all[i] = first[i];
  for (std::size_t i = 0; i < B; ++i) all[A + i] = second[i];
  return all;
}

} // namespace enclaved::wire
