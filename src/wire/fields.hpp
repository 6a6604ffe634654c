// The fields of a request, read one by one: each read names the place and what would be right when it fails.
//
// A method's fields are a table of rows, key and reader; `read_fields` walks the client's map by it. The first
// violation ends the reading, so every reader answers false and `problem()` says why.
#pragma once

#include "base/error.hpp"
#include "base/pack.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace enclaved::wire {

/// Where a value stands, as a chain on the stack: text is built of it only when something is wrong.
struct place {
  std::string_view key;
  const place* outer = nullptr;
  std::optional<std::uint32_t> index = std::nullopt; ///< within `outer`; `key` is then empty
};
/// As in `tools[3].name`.
std::string text_of(const place& at);

/// A client's text inside a message for it: cut to a readable length, and escaped, since it may end up on a terminal.
std::string quoted(std::string_view text);

class field_reader {
public:
  explicit field_reader(std::string_view bytes) : bytes_(bytes), in_(bytes) {}

  bool text(const place& at, std::size_t max_bytes, std::string_view& out);
  bool text(const place& at, std::size_t max_bytes, std::string& out);
  bool flag(const place& at, bool& out);
  bool number(const place& at, std::uint64_t least, std::uint64_t most, std::uint64_t& out);
  bool array(const place& at, std::size_t max_elements, std::uint32_t& count);
  bool map(const place& at, std::uint32_t& pairs);
  /// Any value, checked whole; `raw` is its encoding.
  bool value(const place& at, std::size_t max_bytes, std::string& raw);
  bool key(const place& at, std::string_view& out);
  bool is_next(pack::kind type) const;
  bool nil() { return in_.nil(); }
  bool at_end() const { return in_.at_end(); }

  /// Each records the violation and answers false.
  bool must(const place& at, std::string_view what) { return fail(error_code::invalid_request, at, " must ", what); }
  bool too_large(const place& at, std::size_t max_bytes);
  bool fail(error_code code, const place& at, std::string_view verb, std::string_view what);
  bool fail(error problem);

  error take_problem() { return std::move(problem_); }

private:
  std::string_view bytes_;
  pack::reader in_;
  error problem_;
};

enum class presence : std::uint8_t { optional, required };

/// One row of a method's table.
template <class Owner>
struct field {
  std::string_view key;
  bool (*read)(field_reader& in, const place& at, Owner& owner);
  presence needed = presence::optional;
};

// -- readers that rows are made of: each fills one member, and an optional one is there from then on

template <class T>
T& filled(T& member) {
  return member;
}
template <class T>
T& filled(std::optional<T>& member) {
  return member.emplace();
}

template <auto member, std::size_t max_bytes, class Owner>
bool text_in(field_reader& in, const place& at, Owner& owner) {
  return in.text(at, max_bytes, filled(owner.*member));
}

template <auto member, std::uint64_t least, std::uint64_t most, class Owner>
bool number_in(field_reader& in, const place& at, Owner& owner) {
  std::uint64_t number = 0;
  if (!in.number(at, least, most, number)) return false;
  auto& to = filled(owner.*member);
  to = static_cast<std::remove_reference_t<decltype(to)>>(number);
  return true;
}

template <auto member, class Owner>
bool flag_in(field_reader& in, const place& at, Owner& owner) {
  return in.flag(at, filled(owner.*member));
}

template <auto member, std::size_t max_bytes, class Owner>
bool value_in(field_reader& in, const place& at, Owner& owner) {
  return in.value(at, max_bytes, filled(owner.*member));
}

template <auto member, std::size_t max_bytes, class Owner>
bool map_in(field_reader& in, const place& at, Owner& owner) {
  return in.is_next(pack::kind::map) ? value_in<member, max_bytes>(in, at, owner) : in.must(at, "be a map");
}

/// What a function of its own reads.
template <auto member, auto read, class Owner>
bool part_in(field_reader& in, const place& at, Owner& owner) {
  return read(in, at, filled(owner.*member));
}

template <class Owner, std::size_t N>
std::string keys_of(const std::array<field<Owner>, N>& fields) {
  if (N == 0) return "; it takes none";
  std::string keys;
  for (const auto& row : fields) keys.append(keys.empty() ? "; its keys are " : ", ").append(row.key);
  return keys;
}

/// Reads a map whose keys are the table's; an unknown key, a repeated one and a missing required one are violations.
template <class Owner, std::size_t N>
bool read_fields(field_reader& in, const place& at, const std::array<field<Owner>, N>& fields, Owner& owner) {
  static_assert(N < 32, "a bit for each field");
  std::uint32_t pairs = 0;
  std::uint32_t seen = 0;
  if (!in.map(at, pairs)) return false;
  for (; pairs > 0; --pairs) {
    std::string_view key;
    if (!in.key(at, key)) return false;
    std::size_t i = 0;
    while (i < N && fields[i].key != key) ++i;
    if (i == N) return in.fail(error_code::invalid_request, at, " has no key ", quoted(key) + keys_of(fields));
    const place here{.key = fields[i].key, .outer = at.outer == nullptr && at.key == "params" ? nullptr : &at};
    if ((seen >> i & 1) != 0) return in.must(here, "be given once");
    seen |= std::uint32_t{1} << i;
    if (!fields[i].read(in, here, owner)) return false;
  }
  for (std::size_t i = 0; i < N; ++i)
    if (fields[i].needed == presence::required && (seen >> i & 1) == 0)
      return in.fail(error_code::invalid_request, at, " must have the key ", fields[i].key);
  return true;
}

} // namespace enclaved::wire
