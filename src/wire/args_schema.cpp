#include "wire/args_schema.hpp"

#include "base/escape.hpp"
#include "base/pack.hpp"
#include "wire/json.hpp"

#include <cmath>
#include <cstdint>
#include <optional>

namespace enclaved::wire {

namespace {

/// Looks at a key, an element or a keyword. Who declares a tool also sends the scripts, so neither may make the other
/// long to check.
constexpr std::uint64_t steps_at_most = 400'000;
constexpr std::uint64_t bytes_of_a_step = 64; ///< when a value is stepped over
constexpr std::uint32_t schema_depth = 32;
constexpr std::size_t shown_bytes = 200; ///< of an enumeration or a key

using pack::kind;

std::string cut(std::string text) {
  if (text.size() > shown_bytes) text = text.substr(0, shown_bytes) + "…";
  return text;
}

std::string as_text(std::string_view value) {
  auto json = to_json(value);
  return json ? cut(std::move(*json)) : "another value";
}

kind kind_of(std::string_view value) {
  pack::token head;
  return pack::reader(value).next(head) ? head.type : kind::ext;
}

class judge {
public:
  /// Empty when it fits.
  std::string look(std::string_view schema, std::string_view value, const std::string& where, std::uint32_t depth) {
    if (depth > schema_depth) return where + " is nested deeper than its schema is read";
    pack::reader from(schema);
    if (kind_of(schema) == kind::boolean) return schema == "\xc2" ? where + " must not be there" : std::string();
    std::uint32_t keywords = 0;
    if (!from.map(keywords)) return {};
    for (; keywords > 0; --keywords) {
      std::string_view keyword;
      std::string_view rule;
      if (!from.str(keyword) || !take(from, rule)) return ended();
      if (auto wrong = apply(keyword, rule, schema, value, where, depth); !wrong.empty()) return wrong;
    }
    return {};
  }

private:
  static std::string too_long() { return "$ has too much in it to be checked against its schema"; }
  /// Why reading stopped: there was too much, or the schema is none, which holds nobody back.
  std::string ended() const { return steps_ > steps_at_most ? too_long() : std::string(); }
  bool step(std::uint64_t bytes = 0) { return (steps_ += 1 + bytes / bytes_of_a_step) <= steps_at_most; }
  /// A value that costs what it is large.
  bool take(pack::reader& from, std::string_view& value) { return from.skip(value) && step(value.size()); }

  std::string apply(std::string_view keyword, std::string_view rule, std::string_view schema, std::string_view value,
                    const std::string& where, std::uint32_t depth) {
    const auto is = kind_of(value);
    if (keyword == "type") return has_type(rule, value) ? "" : where + " must be of type " + as_text(rule);
    if (keyword == "const") return same(rule, value) ? "" : where + " must be " + as_text(rule);
    if (keyword == "enum") return is_one_of(rule, value) ? "" : where + " must be one of " + as_text(rule);
    if (keyword == "anyOf" || keyword == "oneOf" || keyword == "allOf")
      return combine(keyword, rule, value, where, depth);
    if (is == kind::map) {
      if (keyword == "required") return has_all(rule, value, where);
      if (keyword == "properties") return properties(rule, value, where, depth);
      if (keyword == "additionalProperties") return others(rule, member(schema, "properties"), value, where, depth);
    } else if (is == kind::array) {
      if (keyword == "items") return items(rule, value, where, depth);
      if (keyword == "minItems" || keyword == "maxItems")
        return count(keyword, rule, length(value), " elements", where);
    } else if (is == kind::str) {
      if (keyword == "minLength" || keyword == "maxLength")
        return count(keyword, rule, characters(value), " characters", where);
    } else if (const auto number = number_of(value)) {
      return compare(keyword, rule, *number, where);
    }
    return {};
  }

  // -- types and equality

  static std::optional<double> number_of(std::string_view value) {
    pack::token head;
    if (!pack::reader(value).next(head)) return std::nullopt;
    switch (head.type) {
    case kind::unsigned_int: return static_cast<double>(head.number);
    case kind::negative_int: return static_cast<double>(head.negative);
    case kind::float64: return head.float64;
    default: return std::nullopt;
    }
  }

  static bool is_of(std::string_view type, std::string_view value) {
    const auto number = number_of(value);
    const auto is = kind_of(value);
    if (type == "object") return is == kind::map;
    if (type == "array") return is == kind::array;
    if (type == "string") return is == kind::str;
    if (type == "boolean") return is == kind::boolean;
    if (type == "null") return is == kind::nil;
    if (type == "number") return number.has_value();
    if (type == "integer") return number && std::isfinite(*number) && std::trunc(*number) == *number;
    return false;
  }

  bool has_type(std::string_view rule, std::string_view value) {
    std::string_view type;
    if (pack::reader(rule).str(type)) return is_of(type, value);
    pack::reader from(rule);
    std::uint32_t types = 0;
    if (!from.array(types)) return true;
    for (; types > 0 && step(); --types)
      if (!from.str(type) || is_of(type, value)) return true;
    return false;
  }

  static bool same(std::string_view one, std::string_view other) {
    if (one == other) return true;
    const auto left = number_of(one);
    const auto right = number_of(other);
    return left && right && *left == *right;
  }

  bool is_one_of(std::string_view rule, std::string_view value) {
    pack::reader from(rule);
    std::uint32_t choices = 0;
    std::string_view choice;
    if (!from.array(choices)) return true;
    for (; choices > 0 && step(); --choices)
      if (!take(from, choice) || same(choice, value)) return true;
    return false;
  }

  // -- numbers and lengths

  static std::uint64_t length(std::string_view value) {
    std::uint32_t elements = 0;
    return pack::reader(value).array(elements) ? elements : 0;
  }

  static std::uint64_t characters(std::string_view value) {
    std::string_view text;
    std::uint64_t count = 0;
    pack::reader(value).str(text);
    for (const char byte : text) count += (static_cast<unsigned char>(byte) & 0xc0) != 0x80;
    return count;
  }

  static std::string count(std::string_view keyword, std::string_view rule, std::uint64_t have, const char* of,
                           const std::string& where) {
    const auto bound = number_of(rule);
    if (!bound) return {};
    const bool least = keyword.starts_with("min");
    const auto number = static_cast<double>(have);
    if (least ? number >= *bound : number <= *bound) return {};
    return where + " must have " + (least ? "at least " : "at most ") + as_text(rule) + of;
  }

  static std::string compare(std::string_view keyword, std::string_view rule, double number, const std::string& where) {
    const auto bound = number_of(rule);
    if (!bound) return {};
    if (keyword == "minimum" && !(number >= *bound)) return where + " must be at least " + as_text(rule);
    if (keyword == "maximum" && !(number <= *bound)) return where + " must be at most " + as_text(rule);
    if (keyword == "exclusiveMinimum" && !(number > *bound)) return where + " must be greater than " + as_text(rule);
    if (keyword == "exclusiveMaximum" && !(number < *bound)) return where + " must be less than " + as_text(rule);
    return {};
  }

  // -- objects and arrays

  std::optional<std::string_view> member(std::string_view map, std::string_view key) {
    pack::reader from(map);
    std::uint32_t pairs = 0;
    std::optional<std::string_view> found; // the last one, as a script would see it
    if (!from.map(pairs)) return std::nullopt;
    for (; pairs > 0 && step(); --pairs) {
      std::string_view name;
      std::string_view value;
      if (!from.str(name) || !take(from, value)) return std::nullopt;
      if (name == key) found = value;
    }
    return found;
  }

  std::string has_all(std::string_view rule, std::string_view value, const std::string& where) {
    pack::reader from(rule);
    std::uint32_t names = 0;
    std::string_view name;
    if (!from.array(names)) return {};
    for (; names > 0; --names) {
      if (!step()) return too_long();
      if (!from.str(name)) return {};
      if (!member(value, name)) return child(where, name) + " is missing";
    }
    return {};
  }

  static std::string child(const std::string& where, std::string_view name) {
    return where + "." + cut(escaped(std::string(name)));
  }

  std::string properties(std::string_view rule, std::string_view value, const std::string& where, std::uint32_t depth) {
    pack::reader from(rule);
    std::uint32_t rules = 0;
    if (!from.map(rules)) return {};
    for (; rules > 0; --rules) {
      std::string_view name;
      std::string_view schema;
      if (!from.str(name) || !take(from, schema)) return ended();
      const auto has = member(value, name);
      if (!has) continue;
      if (auto wrong = look(schema, *has, child(where, name), depth + 1); !wrong.empty()) return wrong;
    }
    return {};
  }

  std::string others(std::string_view rule, std::optional<std::string_view> known, std::string_view value,
                     const std::string& where, std::uint32_t depth) {
    pack::reader from(value);
    std::uint32_t pairs = 0;
    if (!from.map(pairs)) return {};
    for (; pairs > 0; --pairs) {
      std::string_view name;
      std::string_view has;
      if (!from.str(name) || !take(from, has)) return ended();
      if (known && member(*known, name)) continue;
      if (auto wrong = look(rule, has, child(where, name), depth + 1); !wrong.empty()) return wrong;
    }
    return {};
  }

  std::string items(std::string_view rule, std::string_view value, const std::string& where, std::uint32_t depth) {
    pack::reader from(value);
    std::uint32_t elements = 0;
    if (!from.array(elements)) return {};
    for (std::uint32_t i = 0; i < elements; ++i) {
      std::string_view element;
      if (!take(from, element)) return ended();
      if (auto wrong = look(rule, element, where + "[" + std::to_string(i) + "]", depth + 1); !wrong.empty())
        return wrong;
    }
    return {};
  }

  std::string combine(std::string_view keyword, std::string_view rule, std::string_view value, const std::string& where,
                      std::uint32_t depth) {
    pack::reader from(rule);
    std::uint32_t schemas = 0;
    std::uint32_t fitting = 0;
    if (!from.array(schemas)) return {};
    for (std::uint32_t i = 0; i < schemas; ++i) {
      std::string_view schema;
      if (!take(from, schema)) return ended();
      const auto wrong = look(schema, value, where, depth + 1);
      if (steps_ > steps_at_most) return too_long();
      if (wrong.empty())
        ++fitting;
      else if (keyword == "allOf")
        return wrong;
    }
    if (keyword == "anyOf" && fitting == 0) return where + " fits none of the schemas of anyOf";
    if (keyword == "oneOf" && fitting != 1)
      return where + " must fit one of the schemas of oneOf, and fits " + std::to_string(fitting);
    return {};
  }

  std::uint64_t steps_ = 0;
};

} // namespace

std::string misfit(std::string_view schema, std::string_view args) { return judge().look(schema, args, "$", 0); }

} // namespace enclaved::wire
