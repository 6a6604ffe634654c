#include "engine/rules.hpp"

#include "base/pack.hpp"

#include <limits>

namespace enclaved::engine {

namespace {

constexpr std::uint32_t fields = 10;

void put(pack::writer& to, const std::vector<std::string>& names) {
  to.array(static_cast<std::uint32_t>(names.size()));
  for (const auto& it : names) to.str(it);
}

bool get(pack::reader& from, std::vector<std::string>& out) {
  std::uint32_t count = 0;
  if (!from.array(count)) return false;
  for (std::uint32_t i = 0; i < count; ++i) {
    std::string_view name;
    if (!from.str(name)) return false;
    out.emplace_back(name);
  }
  return true;
}

bool get(pack::reader& from, std::uint32_t& out) {
  std::uint64_t wide = 0;
  if (!from.unsigned_int(wide) || wide > std::numeric_limits<std::uint32_t>::max()) return false;
  out = static_cast<std::uint32_t>(wide);
  return true;
}

bool get(pack::reader& from, lang::loop_rule& out) {
  std::uint64_t wide = 0;
  if (!from.unsigned_int(wide) || wide > static_cast<std::uint64_t>(lang::loop_rule::none)) return false;
  out = static_cast<lang::loop_rule>(wide);
  return true;
}

} // namespace

std::string encoded(const script_rules& rules) {
  const auto& guard = rules.guard;
  pack::buffer out;
  pack::writer to(out);
  to.array(fields);
  put(to, guard.globals_allowed);
  put(to, guard.globals_forbidden);
  put(to, guard.tools_allowed);
  to.boolean(guard.computed_tool_names).number(static_cast<std::uint64_t>(guard.loops));
  to.boolean(guard.misleading_characters).number(guard.source_bytes).number(guard.nesting);
  to.number(rules.score_warn).number(rules.score_block);
  return std::move(out.bytes);
}

bool read_rules(std::string_view bytes, script_rules& out) {
  pack::reader from(bytes);
  std::uint32_t count = 0;
  auto& guard = out.guard;
  return from.array(count) && count == fields && get(from, guard.globals_allowed) &&
         get(from, guard.globals_forbidden) && get(from, guard.tools_allowed) &&
         from.boolean(guard.computed_tool_names) && get(from, guard.loops) &&
         from.boolean(guard.misleading_characters) && from.unsigned_int(guard.source_bytes) &&
         get(from, guard.nesting) && get(from, out.score_warn) && get(from, out.score_block) && from.at_end();
}

} // namespace enclaved::engine
