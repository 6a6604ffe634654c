#include "wire/requests.hpp"

#include "wire/events.hpp"
#include "wire/fields.hpp"
#include "wire/session_fields.hpp"

#include <algorithm>

namespace enclaved::wire {

namespace {

using enum presence;

template <class Owner>
constexpr field<Owner> session_row{"session", [](field_reader& in, const place& at, Owner& owner) { return read_name(in, at, owner.session); }, required};

template <class Owner>
bool read_code(field_reader& in, const place& at, Owner& owner) { return in.text(at, bounds::source_bytes, owner.code); }

template <class Owner>
bool read_page_limit(field_reader& in, const place& at, Owner& owner) {
  std::uint64_t limit = 0;
  if (!in.number(at, 1, bounds::page_entries, limit)) return false;
  owner.limit = static_cast<std::uint32_t>(limit);
  return true;
}

/// The keys of a method that has none.
template <class Owner>
constexpr std::array<field<Owner>, 0> no_fields{};

// -- one table a method, in the order of the protocol document ---------------------------------------------------------

constexpr std::array client_fields{
    field<hello>{"name", [](field_reader& in, const place& at, hello& to) { return in.text(at, bounds::name_bytes, to.client_name); }},
    field<hello>{"version", [](field_reader& in, const place& at, hello& to) { return in.text(at, bounds::name_bytes, to.client_version); }},
};

constexpr std::array hello_fields{
    field<hello>{"token", [](field_reader& in, const place& at, hello& to) { return in.text(at, bounds::token_bytes, to.token.emplace()); }},
    field<hello>{"client", [](field_reader& in, const place& at, hello& to) { return read_fields(in, at, client_fields, to); }},
    field<hello>{"protocol", [](field_reader& in, const place& at, hello&) {
      std::uint64_t version = 0;
      return in.number(at, 1, 1, version);
    }},
};

constexpr auto run_fields = joined(std::array{
    field<run>{"code", read_code<run>, required},
    field<run>{"inputs", [](field_reader& in, const place& at, run& to) { return in.value(at, bounds::message_bytes, to.inputs); }},
    field<run>{"idempotency_key", not_available<run>},
}, option_fields<run>);

constexpr auto open_fields = joined(std::array{
    field<session_open>{"metadata", [](field_reader& in, const place& at, session_open& to) {
      if (!in.is_next(pack::kind::map)) return in.must(at, "be a map");
      return in.value(at, bounds::metadata_bytes, to.metadata);
    }},
    field<session_open>{"initial_state", not_available<session_open>},
    field<session_open>{"capabilities", not_available<session_open>},
}, option_fields<session_open>);

constexpr std::array attach_fields{
    session_row<session_attach>,
    field<session_attach>{"after", [](field_reader& in, const place& at, session_attach& to) { return in.number(at, 0, largest_integer, to.after); }},
    field<session_attach>{"events", [](field_reader& in, const place& at, session_attach& to) { return read_events(in, at, to.events); }},
    field<session_attach>{"tool_mode", [](field_reader& in, const place& at, session_attach& to) { return read_tool_mode(in, at, to.tool_mode); }},
};

constexpr std::array events_fields{
    session_row<session_events>,
    field<session_events>{"from", [](field_reader& in, const place& at, session_events& to) { return in.number(at, 0, largest_integer, to.from); }},
    field<session_events>{"limit", read_page_limit<session_events>},
};

constexpr std::array cancel_fields{
    session_row<session_cancel>,
    field<session_cancel>{"reason", [](field_reader& in, const place& at, session_cancel& to) { return in.text(at, bounds::reason_bytes, to.reason); }},
};

constexpr std::array list_fields{
    field<session_list>{"status", [](field_reader& in, const place& at, session_list& to) { return read_session_status(in, at, to.status); }},
    field<session_list>{"label", [](field_reader& in, const place& at, session_list& to) { return in.text(at, 2 * bounds::label_bytes + 1, to.label); }},
    field<session_list>{"cursor", [](field_reader& in, const place& at, session_list& to) { return in.text(at, bounds::cursor_bytes, to.cursor); }},
    field<session_list>{"limit", read_page_limit<session_list>},
};

/// What `tool.result` says while it is being read: a result, or an error, or neither, which is a result of nil.
struct tool_result_parts {
  std::string session;
  std::string call;
  std::optional<std::string> result;
  std::optional<std::string> error;
};

constexpr std::array tool_result_fields{
    session_row<tool_result_parts>,
    field<tool_result_parts>{"call", [](field_reader& in, const place& at, tool_result_parts& to) { return in.text(at, bounds::name_bytes, to.call); }, required},
    field<tool_result_parts>{"result", [](field_reader& in, const place& at, tool_result_parts& to) {
      return in.value(at, bounds::message_bytes, to.result.emplace());
    }},
    field<tool_result_parts>{"error", [](field_reader& in, const place& at, tool_result_parts& to) {
      if (in.nil()) return true;
      if (!in.is_next(pack::kind::map) && !in.is_next(pack::kind::str)) return in.must(at, "be a map or a string");
      return in.value(at, bounds::message_bytes, to.error.emplace());
    }},
};

constexpr std::array drain_fields{
    field<admin_drain>{"runtime", [](field_reader& in, const place& at, admin_drain& to) { return in.text(at, bounds::name_bytes, to.runtime); }},
};

constexpr std::array check_fields{
    field<check>{"code", read_code<check>, required},
    field<check>{"security", [](field_reader& in, const place& at, check& to) { return read_level(in, at, to.security); }},
};

// -- from a method's name to its table ---------------------------------------------------------------------------------

constexpr place params_place{.key = "params"};

/// `params` is `[]`, which stands for `[{}]`, or `[{…}]`.
template <class Owner, std::size_t N>
bool read_params(field_reader& in, const std::array<field<Owner>, N>& fields, Owner& out) {
  std::uint32_t count = 0;
  constexpr std::string_view shape = "be [] or an array with one map";
  if (!in.array(params_place, SIZE_MAX, count) || count > 1) return in.must(params_place, shape);
  if (count == 0) {
    for (const auto& row : fields)
      if (row.needed == required) return in.fail(error_code::invalid_request, params_place, " must have the key ", row.key);
  } else {
    if (!in.is_next(pack::kind::map)) return in.must(params_place, shape);
    if (!read_fields(in, params_place, fields, out)) return false;
  }
  return in.at_end() || in.must(params_place, "end after the array");
}

template <class Owner, const auto& fields>
result<request> decode(std::string_view params) {
  field_reader in{params};
  Owner out;
  if (!read_params(in, fields, out)) return in.take_problem();
  return request{std::move(out)};
}

result<request> decode_tool_result(std::string_view params) {
  field_reader in{params};
  tool_result_parts parts;
  if (!read_params(in, tool_result_fields, parts)) return in.take_problem();
  if (parts.result && parts.error) return invalid_request("params must have one of result and error, not both");
  const std::string nil(1, '\xc0');
  return request{tool_result{.session = std::move(parts.session), .call = std::move(parts.call), .ok = !parts.error,
                             .value = parts.error ? std::move(*parts.error) : std::move(parts.result).value_or(nil)}};
}

result<request> decode_backup(std::string_view) { return invalid_request("admin.backup is not available yet"); }

template <class Owner>
constexpr std::array just_session{session_row<Owner>};

struct method_row {
  std::string_view name;
  result<request> (*decode)(std::string_view params);
};

/// The frequent ones first.
constexpr std::array methods{
    method_row{"run", decode<run, run_fields>},
    method_row{"tool.result", decode_tool_result},
    method_row{"ping", decode<ping, no_fields<ping>>},
    method_row{"hello", decode<hello, hello_fields>},
    method_row{"check", decode<check, check_fields>},
    method_row{"status", decode<status_query, no_fields<status_query>>},
    method_row{"session.open", decode<session_open, open_fields>},
    method_row{"session.attach", decode<session_attach, attach_fields>},
    method_row{"session.events", decode<session_events, events_fields>},
    method_row{"session.detach", decode<session_detach, just_session<session_detach>>},
    method_row{"session.cancel", decode<session_cancel, cancel_fields>},
    method_row{"session.close", decode<session_close, just_session<session_close>>},
    method_row{"session.info", decode<session_info, just_session<session_info>>},
    method_row{"session.list", decode<session_list, list_fields>},
    method_row{"admin.drain", decode<admin_drain, drain_fields>},
    method_row{"admin.runtimes", decode<admin_runtimes, no_fields<admin_runtimes>>},
    method_row{"admin.events", decode<admin_events, no_fields<admin_events>>},
    method_row{"admin.backup", decode_backup},
};

} // namespace

result<request> decode_request(std::string_view method, std::string_view params) {
  const auto* row = std::find_if(methods.begin(), methods.end(), [method](const method_row& it) { return it.name == method; });
  if (row == methods.end()) return error{error_code::unknown_method, "there is no method " + quoted(method)};
  return row->decode(params);
}

} // namespace enclaved::wire
