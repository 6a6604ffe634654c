#include "wire/requests.hpp"

#include "wire/events.hpp"
#include "wire/fields.hpp"
#include "wire/session_fields.hpp"

#include <algorithm>

namespace enclaved::wire {

namespace {

using enum presence;

template <class Owner>
constexpr field<Owner> session_row{"session", part_in<&Owner::session, read_name>, required};

template <class Owner>
constexpr field<Owner> code_row{"code", text_in<&Owner::code, bounds::source_bytes>, required};

template <class Owner>
constexpr field<Owner> page_limit_row{"limit", number_in<&Owner::limit, 1, bounds::page_entries>};

/// The keys of a method that has none.
template <class Owner>
constexpr std::array<field<Owner>, 0> no_fields{};

// -- one table a method, in the order of the protocol document

constexpr std::array<field<hello>, 2> client_fields{{
    {"name", text_in<&hello::client_name, bounds::name_bytes>},
    {"version", text_in<&hello::client_version, bounds::name_bytes>},
}};

bool read_client(field_reader& in, const place& at, hello& to) { return read_fields(in, at, client_fields, to); }

bool read_protocol(field_reader& in, const place& at, hello&) {
  std::uint64_t version = 0;
  return in.number(at, 1, 1, version);
}

constexpr std::array<field<hello>, 3> hello_fields{{
    {"token", text_in<&hello::token, bounds::token_bytes>},
    {"client", read_client},
    {"protocol", read_protocol},
}};

bool read_key(field_reader& in, const place& at, std::string& out) {
  if (!in.text(at, bounds::idempotency_key_bytes, out)) return false;
  return !out.empty() || in.must(at, "not be empty");
}

constexpr auto run_fields = joined(
    std::array{
        code_row<run>,
        field<run>{"inputs", value_in<&run::inputs, bounds::message_bytes>},
        field<run>{"idempotency_key", part_in<&run::idempotency_key, read_key>},
    },
    option_fields<run>);

constexpr auto open_fields = joined(
    std::array{
        field<session_open>{"metadata", map_in<&session_open::metadata, bounds::metadata_bytes>},
        field<session_open>{"initial_state", part_in<&session_open::initial_state, read_state>},
        field<session_open>{"capabilities", part_in<&session_open::capabilities, capabilities::read>},
    },
    option_fields<session_open>);

constexpr std::array<field<session_attach>, 4> attach_fields{{
    session_row<session_attach>,
    {"after", number_in<&session_attach::after, 0, largest_integer>},
    {"events", part_in<&session_attach::events, read_events>},
    {"tool_mode", part_in<&session_attach::tool_mode, read_tool_mode>},
}};

constexpr std::array<field<session_events>, 3> events_fields{{
    session_row<session_events>,
    {"from", number_in<&session_events::from, 0, largest_integer>},
    page_limit_row<session_events>,
}};

constexpr std::array<field<session_cancel>, 2> cancel_fields{{
    session_row<session_cancel>,
    {"reason", text_in<&session_cancel::reason, bounds::reason_bytes>},
}};

constexpr std::array<field<session_list>, 4> list_fields{{
    {"status", part_in<&session_list::status, read_session_status>},
    {"label", text_in<&session_list::label, 2 * bounds::label_bytes + 1>},
    {"cursor", text_in<&session_list::cursor, bounds::cursor_bytes>},
    page_limit_row<session_list>,
}};

/// What `tool.result` says while it is being read: a result, or an error, or neither, which is a result of nil.
struct tool_result_parts {
  std::string session;
  std::string call;
  std::optional<std::string> result;
  std::optional<std::string> error;
};

bool read_tool_error(field_reader& in, const place& at, tool_result_parts& to) {
  if (in.nil()) return true;
  if (!in.is_next(pack::kind::map) && !in.is_next(pack::kind::str)) return in.must(at, "be a map or a string");
  return value_in<&tool_result_parts::error, bounds::message_bytes>(in, at, to);
}

constexpr std::array<field<tool_result_parts>, 4> tool_result_fields{{
    session_row<tool_result_parts>,
    {"call", text_in<&tool_result_parts::call, bounds::name_bytes>, required},
    {"result", value_in<&tool_result_parts::result, bounds::message_bytes>},
    {"error", read_tool_error},
}};

constexpr std::array<field<admin_drain>, 1> drain_fields{{
    {"runtime", text_in<&admin_drain::runtime, bounds::name_bytes>},
}};

constexpr std::array<field<admin_backup>, 1> backup_fields{{
    {"path", text_in<&admin_backup::path, bounds::path_bytes>, required},
}};

constexpr std::array<field<check>, 2> check_fields{{
    code_row<check>,
    {"security", part_in<&check::security, read_level>},
}};

// -- from a method's name to its table

constexpr place params_place{.key = "params"};

/// `params` is `[]`, which stands for `[{}]`, or `[{…}]`.
template <class Owner, std::size_t N>
bool read_params(field_reader& in, const std::array<field<Owner>, N>& fields, Owner& out) {
  std::uint32_t count = 0;
  constexpr std::string_view shape = "be [] or an array with one map";
  if (!in.array(params_place, SIZE_MAX, count) || count > 1) return in.must(params_place, shape);
  if (count == 0) {
    for (const auto& row : fields)
      if (row.needed == required)
        return in.fail(error_code::invalid_request, params_place, " must have the key ", row.key);
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
  return request{tool_result{.session = std::move(parts.session),
                             .call = std::move(parts.call),
                             .ok = !parts.error,
                             .value = parts.error ? std::move(*parts.error) : std::move(parts.result).value_or(nil)}};
}

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
    method_row{"admin.backup", decode<admin_backup, backup_fields>},
};

} // namespace

result<request> decode_request(std::string_view method, std::string_view params) {
  const auto* row =
      std::find_if(methods.begin(), methods.end(), [method](const method_row& it) { return it.name == method; });
  if (row == methods.end()) return error{error_code::unknown_method, "there is no method " + quoted(method)};
  return row->decode(params);
}

} // namespace enclaved::wire
