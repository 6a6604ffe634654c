#include "config/option.hpp"

#include "base/escape.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>

namespace enclaved::config {

namespace {

constexpr std::size_t path_bytes = 4'096;
constexpr std::size_t shown_bytes = 80;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string not_what_it_takes(const option_spec& spec, std::string_view text) {
  return "takes " + range_text(spec) + ", not \"" +
         (spec.sensitivity == sensitivity::open ? escaped(text, shown_bytes) : std::string("…")) + '"';
}

std::string check_number(const option_spec& spec, std::string_view text, option_value& out) {
  if (spec.kind == value_kind::number_or_auto && same_word(text, "auto")) {
    out.automatic = true;
    return {};
  }
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out.number);
  const bool whole = failed == std::errc{} && end == text.data() + text.size();
  if (!whole || out.number < spec.least || out.number > spec.most) return not_what_it_takes(spec, text);
  return {};
}

std::string check_choice(const option_spec& spec, std::string_view text, option_value& out) {
  const auto found = std::find_if(spec.choices.begin(), spec.choices.end(),
                                  [text](std::string_view choice) { return same_word(choice, text); });
  if (found == spec.choices.end()) {
    const auto meant = nearest(text, spec.choices);
    return not_what_it_takes(spec, text) +
           (meant.empty() ? std::string() : "; did you mean " + std::string(meant) + '?');
  }
  out.choice = static_cast<std::size_t>(found - spec.choices.begin());
  out.text = *found;
  if (out.choice >= spec.choices_now)
    return "=" + out.text + " is not available yet: it needs " + std::string(spec.later);
  return {};
}

std::string check_address(const option_spec& spec, std::string_view text, option_value& out) {
  const auto parsed = parse_endpoint(text);
  if (!parsed) return not_what_it_takes(spec, text);
  out.address = *parsed;
  return {};
}

std::string check_pair(const option_spec& spec, std::string_view text, option_value& out) {
  const auto equals = text.find('=');
  if (equals == 0 || equals == std::string_view::npos) return not_what_it_takes(spec, text);
  out.pair = {std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
  return {};
}

std::string check_flag(const option_spec& spec, std::string_view text, option_value& out) {
  if (text != "true" && text != "false") return not_what_it_takes(spec, text);
  out.number = text == "true";
  return {};
}

std::string check_path(const option_spec& spec, std::string_view text) {
  if (text.size() > path_bytes || text.find('\0') != std::string_view::npos) return not_what_it_takes(spec, text);
  return {};
}

/// Changes of a letter that turn one word into the other.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto replaced = diagonal + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

} // namespace

checked_value check_value(const option_spec& spec, std::string_view text) {
  checked_value out;
  out.value.text = text;
  switch (spec.kind) {
  case value_kind::flag: out.violation = check_flag(spec, text, out.value); break;
  case value_kind::number:
  case value_kind::number_or_auto: out.violation = check_number(spec, text, out.value); break;
  case value_kind::choice: out.violation = check_choice(spec, text, out.value); break;
  case value_kind::address: out.violation = check_address(spec, text, out.value); break;
  case value_kind::key_value: out.violation = check_pair(spec, text, out.value); break;
  case value_kind::path: out.violation = check_path(spec, text); break;
  case value_kind::text: break;
  }
  if (out.violation.empty() && spec.check != nullptr) out.violation = spec.check(text).value_or("");
  return out;
}

std::string range_text(const option_spec& spec) {
  switch (spec.kind) {
  case value_kind::flag: return "true or false";
  case value_kind::number_or_auto:
  case value_kind::number: {
    const auto range = std::to_string(spec.least) + " to " + std::to_string(spec.most);
    return spec.kind == value_kind::number ? range : range + ", or auto";
  }
  case value_kind::choice: {
    std::string out;
    for (std::size_t i = 0; i < spec.choices.size(); ++i) {
      if (i > 0) out += i + 1 == spec.choices.size() ? " or " : ", ";
      out += spec.choices[i];
    }
    return out;
  }
  case value_kind::address: return "HOST:PORT";
  case value_kind::key_value: return "KEY=VALUE";
  case value_kind::path: return "a path of at most " + std::to_string(path_bytes) + " bytes";
  case value_kind::text: return spec.value_name;
  }
  return {};
}

std::string variable_name(std::string_view option_name) {
  std::string out = "ENCLAVED_";
  for (const char c : option_name) out += c == '-' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

std::string_view nearest(std::string_view name, const std::vector<std::string_view>& names) {
  constexpr std::size_t longest = 64; // of a name that is compared; the work is the product of both lengths
  if (name.size() > longest) return {};
  std::string_view best;
  std::size_t least = 1 + std::max<std::size_t>(2, name.size() / 3);
  for (const auto candidate : names)
    if (const auto d = distance(name, candidate); d < least && d < candidate.size()) {
      least = d;
      best = candidate;
    }
  return best;
}

std::string shown(const option_spec& spec, std::string_view text) {
  if (text.empty() || spec.sensitivity == sensitivity::open) return std::string(text);
  if (spec.sensitivity == sensitivity::secret) return "(hidden)";
  const auto scheme = text.find("://");
  const auto at = text.rfind('@');
  if (scheme == std::string_view::npos || at == std::string_view::npos || at < scheme) return std::string(text);
  return std::string(text.substr(0, scheme + 3)) + "(hidden)" + std::string(text.substr(at));
}

} // namespace enclaved::config
