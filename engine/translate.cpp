#include "engine/translate.hpp"

#include "base/bounds.hpp"

#include <algorithm>
#include <string>

namespace enclaved::engine {

namespace {

/// Kept between calls, so that a small source asks the system for no memory.
struct workplace {
  lang::pool memory;
  std::string text;
};

workplace& the_workplace() {
  static workplace only;
  return only;
}

translation problem(std::string& text, std::string_view message) {
  text = message;
  return {.ok = false, .text = text, .line = 1, .column = 1};
}

} // namespace

translate_options& the_translate_options() {
  static translate_options only;
  return only;
}

lang::lower_options& the_lower_options() {
  static lang::lower_options only;
  return only;
}

translation translate(std::string_view source, std::uint64_t iterations) {
  constexpr std::size_t kept_bytes = 1024 * 1024;
  auto& [memory, text] = the_workplace();
  memory.clear();
  text.clear();
  if (text.capacity() > kept_bytes) text.shrink_to_fit();
  if (source.size() > bounds::source_bytes)
    return problem(text, "the source has more than " + std::to_string(bounds::source_bytes) + " bytes");
  const auto parsed = lang::parse(source, the_translate_options().parse, memory);
  if (const auto* wrong = std::get_if<lang::syntax_problem>(&parsed)) {
    text = lang::render(*wrong, source);
    return {.ok = false, .text = text, .line = wrong->line, .column = wrong->column};
  }
  auto options = the_translate_options().lower;
  options.iterations = static_cast<std::uint32_t>(std::min<std::uint64_t>(iterations, UINT32_MAX));
  text.append("function(){");
  lang::lower(*std::get<lang::program*>(parsed), options, memory, text);
  text.append("\n}");
  return {.ok = true, .text = text};
}

} // namespace enclaved::engine
