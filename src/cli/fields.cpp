#include "cli/fields.hpp"

#include "base/escape.hpp"
#include "base/pack.hpp"
#include "wire/json.hpp"

namespace enclaved::cli {

std::optional<std::string_view> field(std::string_view map, std::string_view key) {
  pack::reader in(map);
  std::uint32_t pairs = 0;
  if (!in.map(pairs)) return std::nullopt;
  for (; pairs > 0; --pairs) {
    std::string_view name, value;
    if (!in.str(name) || !in.skip(value)) return std::nullopt;
    if (name == key) return value;
  }
  return std::nullopt;
}

std::optional<std::string_view> field(std::string_view map, std::initializer_list<std::string_view> path) {
  std::optional<std::string_view> at = map;
  for (const auto key : path)
    if (at) at = field(*at, key);
  return at;
}

std::string text_field(std::string_view map, std::string_view key) {
  const auto value = field(map, key);
  std::string_view text;
  if (!value || !pack::reader(*value).str(text)) return {};
  return std::string(text);
}

std::optional<std::uint64_t> number_field(std::string_view map, std::string_view key) {
  const auto value = field(map, key);
  std::uint64_t number = 0;
  if (!value || !pack::reader(*value).unsigned_int(number)) return std::nullopt;
  return number;
}

bool flag_field(std::string_view map, std::string_view key) {
  const auto value = field(map, key);
  bool flag = false;
  return value && pack::reader(*value).boolean(flag) && flag;
}

std::vector<std::string_view> elements(std::string_view array) {
  std::vector<std::string_view> out;
  pack::reader in(array);
  std::uint32_t count = 0;
  if (!in.array(count)) return out;
  for (std::string_view value; count > 0 && in.skip(value); --count) out.push_back(value);
  return out;
}

std::string text_map(std::string_view key, std::string_view text) {
  pack::buffer bytes;
  pack::writer(bytes).map(1).str(key).str(text);
  return std::move(bytes.bytes);
}

std::string shown_value(std::string_view value) {
  std::string_view text;
  if (pack::reader(value).str(text)) return escaped(text);
  auto json = wire::to_json(value);
  return json ? std::move(*json) : "?";
}

} // namespace enclaved::cli
