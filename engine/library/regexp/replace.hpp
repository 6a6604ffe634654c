// Replacement templates: $$, $&, $`, $', $1 … $99 and $<name>; everything else stands for itself.
#pragma once

#include <cstdint>
#include <string_view>

namespace enclaved::engine {

/// Hands the parts of a template to `parts`, which has whole(), before(), after(), text(bytes), group(number) and
/// named(name). `groups` does not count the whole match.
template <class Parts>
void fill_template(std::string_view pattern, std::uint32_t groups, bool has_names, const Parts& parts) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  for (;;) {
    const auto dollar = pattern.find('$');
    if (dollar == std::string_view::npos || dollar + 1 == pattern.size()) break;
    parts.text(pattern.substr(0, dollar));
    pattern.remove_prefix(dollar);
    const char c = pattern[1];
    std::size_t used = 2;
    if (c == '$') {
      parts.text("$");
    } else if (c == '&') {
      parts.whole();
    } else if (c == '`') {
      parts.before();
    } else if (c == '\'') {
      parts.after();
    } else if (is_digit(c)) {
      auto number = static_cast<std::uint32_t>(c - '0');
      if (pattern.size() > 2 && is_digit(pattern[2])) {
        const auto two = number * 10 + static_cast<std::uint32_t>(pattern[2] - '0');
        if (two >= 1 && two <= groups) {
          number = two;
          used = 3;
        }
      }
      if (number >= 1 && number <= groups)
        parts.group(number);
      else
        parts.text(pattern.substr(0, used));
    } else if (const auto close = c == '<' && has_names ? pattern.find('>') : std::string_view::npos;
               close != std::string_view::npos) {
      parts.named(pattern.substr(2, close - 2));
      used = close + 1;
    } else {
      parts.text(pattern.substr(0, 1));
      used = 1;
    }
    pattern.remove_prefix(used);
  }
  parts.text(pattern);
}

} // namespace enclaved::engine
