// The table's rows by section, and the small words they are written in.
#pragma once

#include "config/options.hpp"

#include <string>
#include <utility>

namespace enclaved::config {

using option_rows = std::vector<option<draft>>;

void append_process_rows(option_rows& rows);
void append_client_side_rows(option_rows& rows);
void append_pool_rows(option_rows& rows);
void append_guard_rows(option_rows& rows);
void append_limit_rows(option_rows& rows);
void append_cluster_rows(option_rows& rows);

namespace rows {

/// What a row says besides its kind. The rest of `option_spec` has defaults that most rows keep.
struct words {
  std::string name;
  std::string value_name;
  std::string fallback;
  std::string help;
};

inline option<draft> make(value_kind kind, words said, std::function<void(draft&, const option_value&)> store) {
  option<draft> row;
  row.kind = kind;
  row.name = std::move(said.name);
  row.value_name = std::move(said.value_name);
  row.fallback = std::move(said.fallback);
  row.help = std::move(said.help);
  row.store = std::move(store);
  return row;
}

template <class Store>
option<draft> number(words said, std::uint64_t least, std::uint64_t most, Store store) {
  auto row = make(value_kind::number, std::move(said),
                  [store](draft& into, const option_value& value) { store(into) = value.number; });
  row.least = least;
  row.most = most;
  return row;
}

template <class Store>
option<draft> number_or_auto(words said, std::uint64_t least, std::uint64_t most, Store store) {
  auto row = make(value_kind::number_or_auto, std::move(said), [store](draft& into, const option_value& value) {
    store(into) = value.automatic ? std::nullopt : std::optional(value.number);
  });
  row.least = least;
  row.most = most;
  return row;
}

/// The choices stand in the order of the enumeration that `store` refers to.
template <class Store>
option<draft> choice(words said, std::vector<std::string_view> choices, Store store) {
  auto row = make(value_kind::choice, std::move(said), [store](draft& into, const option_value& value) {
    auto& field = store(into);
    field = static_cast<std::remove_reference_t<decltype(field)>>(value.choice);
  });
  row.choices = std::move(choices);
  return row;
}

template <class Store>
option<draft> path(words said, Store store) {
  return make(value_kind::path, std::move(said),
              [store](draft& into, const option_value& value) { store(into) = value.text; });
}

template <class Store>
option<draft> address(words said, Store store) {
  return make(value_kind::address, std::move(said),
              [store](draft& into, const option_value& value) { store(into) = value.address; });
}

} // namespace rows

/// Puts rows under one heading, for some roles.
inline void append_section(option_rows& table, std::string_view section, role_set roles, option_rows section_rows) {
  for (auto& row : section_rows) {
    row.section = section;
    row.roles = roles;
    table.push_back(std::move(row));
  }
}

inline const std::vector<std::string_view>& level_words() {
  static const std::vector<std::string_view> words{"strict", "secure", "standard", "permissive"};
  return words;
}

} // namespace enclaved::config
