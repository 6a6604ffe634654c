#include "actors/facts.hpp"

#include "wire/values.hpp"

#include <algorithm>
#include <type_traits>

namespace enclaved::fact {

namespace {

// -- one field --------------------------------------------------------------------------------------------------------

void put(pack::writer& to, std::string_view bytes) { to.bin(bytes); }
void put(pack::writer& to, bool flag) { to.boolean(flag); }
void put(pack::writer& to, const run_limits& limits) {
  to.array(limits_count);
  for (const auto& row : limit_rows()) to.number(limits.*row.field);
}
template <class Number>
requires std::is_integral_v<Number>
void put(pack::writer& to, Number number) {
  if constexpr (std::is_signed_v<Number>)
    to.integer(number);
  else
    to.number(number);
}
template <class Enum>
requires std::is_enum_v<Enum>
void put(pack::writer& to, Enum value) { to.number(static_cast<std::uint64_t>(value)); }

bool get(pack::reader& from, std::string_view& bytes) { return from.bin(bytes); }
bool get(pack::reader& from, std::string& bytes) {
  std::string_view view;
  if (!from.bin(view)) return false;
  bytes = view;
  return true;
}
bool get(pack::reader& from, bool& flag) { return from.boolean(flag); }
bool get(pack::reader& from, std::int64_t& number) { return from.signed_int(number); }
template <class Number>
requires std::is_unsigned_v<Number>
bool get(pack::reader& from, Number& number) {
  std::uint64_t value = 0;
  if (!from.unsigned_int(value) || value > Number(~Number{0})) return false;
  number = static_cast<Number>(value);
  return true;
}
bool get(pack::reader& from, run_limits& limits) {
  std::uint32_t count = 0;
  if (!from.array(count) || count != limits_count) return false;
  return std::all_of(limit_rows().begin(), limit_rows().end(),
                     [&](const limit_row& row) { return get(from, limits.*row.field); });
}
template <class Enum>
bool get_enum(pack::reader& from, Enum& out, std::size_t values) {
  std::uint64_t number = 0;
  if (!from.unsigned_int(number) || number >= values) return false;
  out = static_cast<Enum>(number);
  return true;
}
bool get(pack::reader& from, wire::event_type& type) { return get_enum(from, type, wire::event_types); }
bool get(pack::reader& from, security_level& level) { return get_enum(from, level, security_levels); }
bool get(pack::reader& from, outcome& how) { return get_enum(from, how, outcomes); }

// -- all fields of a struct -------------------------------------------------------------------------------------------

template <class T>
constexpr auto field_count = static_cast<std::uint32_t>(std::tuple_size_v<decltype(T::fields)>);

template <class T>
void put_fields(pack::writer& to, const T& what) {
  std::apply([&](auto... member) { (put(to, what.*member), ...); }, T::fields);
}

/// Fields that a later version added behind ours are stepped over.
template <class T>
bool get_fields(pack::reader& from, std::uint32_t count, T& out) {
  if (count < field_count<T>) return false;
  if (!std::apply([&](auto... member) { return (get(from, out.*member) && ...); }, T::fields)) return false;
  std::string_view unknown;
  for (auto i = field_count<T>; i < count; ++i)
    if (!from.skip(unknown)) return false;
  return true;
}

template <std::size_t... Kinds>
bool get_kind(pack::reader& from, std::uint64_t kind, std::uint32_t count, any& out, std::index_sequence<Kinds...>) {
  bool read = false;
  const auto attempt = [&]<std::size_t Kind>() {
    if (kind != Kind) return false;
    read = get_fields(from, count, out.emplace<Kind>());
    return true;
  };
  (attempt.template operator()<Kinds>() || ...);
  return read;
}

} // namespace

/// Which of the kinds a fact is, as a number.
template <class Fact, std::size_t Kind = 0>
constexpr std::size_t number_of() {
  if constexpr (std::is_same_v<Fact, std::variant_alternative_t<Kind, any>>)
    return Kind;
  else
    return number_of<Fact, Kind + 1>();
}

template <class Fact>
void list::add(const Fact& what) {
  pack::writer to(facts_);
  to.array(1 + field_count<Fact>).number(number_of<Fact>());
  put_fields(to, what);
  ++count_;
}
template void list::add(const event&);
template void list::add(const accepted&);
template void list::add(const begun&);
template void list::add(const refused&);
template void list::add(const part&);
template void list::add(const turn_over&);
template void list::add(const turn_begun&);
template void list::add(const asked&);
template void list::add(const left&);
template void list::add(const retried&);
template void list::add(const answered&);
template void list::add(const late&);
template void list::add(const timer_set&);
template void list::add(const timer_cancelled&);
template void list::add(const timer_fired&);
template void list::add(const lost&);
template void list::add(const ended&);
template void list::add(const rested&);

std::string list::take() {
  pack::buffer body;
  pack::writer(body).array(std::exchange(count_, 0)).raw(facts_.bytes);
  facts_.bytes.clear();
  return std::move(body.bytes);
}

list_reader::list_reader(std::string_view body) : in_(body) { ok_ = in_.array(left_); }

bool list_reader::next(any& out) {
  if (!ok_ || left_ == 0) {
    ok_ = ok_ && in_.at_end();
    return false;
  }
  --left_;
  std::uint32_t count = 0;
  std::uint64_t kind = 0;
  ok_ = in_.array(count) && count > 0 && in_.unsigned_int(kind) &&
        get_kind(in_, kind, count - 1, out, std::make_index_sequence<std::variant_size_v<any>>());
  return ok_;
}

// -- heads ------------------------------------------------------------------------------------------------------------

std::string packed(const head& what) {
  pack::buffer out;
  pack::writer to(out);
  to.array(field_count<head>);
  put_fields(to, what);
  return std::move(out.bytes);
}

std::optional<head> unpacked_head(std::string_view body) {
  pack::reader from(body);
  std::uint32_t count = 0;
  head out;
  if (!from.array(count) || !get_fields(from, count, out) || !from.at_end()) return std::nullopt;
  return out;
}

// -- tools and labels -------------------------------------------------------------------------------------------------

std::string pack_tools(const tool_list& tools) {
  if (!tools) return {};
  pack::buffer out;
  pack::writer to(out);
  to.array(static_cast<std::uint32_t>(tools->size()));
  for (const auto& one : *tools) {
    to.array(7).bin(one.name).bin(one.description).bin(one.args_schema);
    one.timeout_ms ? to.number(*one.timeout_ms) : to.nil();
    to.boolean(one.retryable).number(one.max_retries).boolean(one.at_most_once);
  }
  return std::move(out.bytes);
}

bool unpack_tools(std::string_view bytes, tool_list& out) {
  out = nullptr;
  if (bytes.empty()) return true;
  pack::reader from(bytes);
  std::uint32_t count = 0;
  if (!from.array(count) || count > bounds::tools_per_session) return false;
  auto tools = std::make_shared<std::vector<wire::tool_spec>>();
  for (; count > 0; --count) {
    auto& one = tools->emplace_back();
    std::uint32_t fields = 0;
    std::uint64_t timeout_ms = 0;
    if (!from.array(fields) || fields != 7) return false;
    if (!get(from, one.name) || !get(from, one.description) || !get(from, one.args_schema)) return false;
    if (!from.nil()) {
      if (!from.unsigned_int(timeout_ms)) return false;
      one.timeout_ms = timeout_ms;
    }
    if (!get(from, one.retryable) || !get(from, one.max_retries) || !get(from, one.at_most_once)) return false;
  }
  out = std::move(tools);
  return from.at_end();
}

std::string pack_labels(const wire::label_list& labels) {
  pack::buffer out;
  pack::writer to(out);
  to.map(static_cast<std::uint32_t>(labels.size()));
  for (const auto& [key, value] : labels) to.bin(key).bin(value);
  return std::move(out.bytes);
}

bool unpack_labels(std::string_view bytes, wire::label_list& out) {
  pack::reader from(bytes);
  std::uint32_t count = 0;
  if (!from.map(count) || count > bounds::labels_per_session) return false;
  for (; count > 0; --count) {
    auto& [key, value] = out.emplace_back();
    if (!get(from, key) || !get(from, value)) return false;
  }
  return from.at_end();
}

} // namespace enclaved::fact
