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
bool read_level(field_reader& in, const place& at, std::optional<security_level>& out);
bool read_limits(field_reader& in, const place& at, limit_overrides& out);
bool read_tools(field_reader& in, const place& at, std::vector<tool_spec>& out);
bool read_labels(field_reader& in, const place& at, label_list& out);
/// "none", "all", or a list of types.
bool read_events(field_reader& in, const place& at, event_mask& out);
bool read_tool_mode(field_reader& in, const place& at, tool_mode& out);
bool read_session_status(field_reader& in, const place& at, std::string& out);
/// `durable`, of which only false is there.
bool read_durable(field_reader& in, const place& at);

/// For a key of the protocol that this version knows and does not serve.
template <class Owner>
bool not_available(field_reader& in, const place& at, Owner&) {
  return in.fail(error_code::invalid_request, at, " is not available yet", "");
}

/// The rows that `run` and `session.open` have in common.
template <class Owner>
constexpr std::array option_fields{
    field<Owner>{"session", [](field_reader& in, const place& at, Owner& to) { return read_name(in, at, to.options.session.emplace()); }},
    field<Owner>{"security", [](field_reader& in, const place& at, Owner& to) { return read_level(in, at, to.options.security); }},
    field<Owner>{"limits", [](field_reader& in, const place& at, Owner& to) { return read_limits(in, at, to.options.limits); }},
    field<Owner>{"tools", [](field_reader& in, const place& at, Owner& to) { return read_tools(in, at, to.options.tools.emplace()); }},
    field<Owner>{"labels", [](field_reader& in, const place& at, Owner& to) { return read_labels(in, at, to.options.labels); }},
    field<Owner>{"events", [](field_reader& in, const place& at, Owner& to) { return read_events(in, at, to.options.events.emplace()); }},
    field<Owner>{"tool_mode", [](field_reader& in, const place& at, Owner& to) { return read_tool_mode(in, at, to.options.tool_mode.emplace()); }},
    field<Owner>{"durable", [](field_reader& in, const place& at, Owner&) { return read_durable(in, at); }},
};

/// Two tables as one.
template <class Owner, std::size_t A, std::size_t B>
constexpr std::array<field<Owner>, A + B> joined(const std::array<field<Owner>, A>& first, const std::array<field<Owner>, B>& second) {
  std::array<field<Owner>, A + B> all{};
  for (std::size_t i = 0; i < A; ++i) all[i] = first[i];
  for (std::size_t i = 0; i < B; ++i) all[A + i] = second[i];
  return all;
}

} // namespace enclaved::wire
