#include "engine/lang/capabilities.hpp"

#include "base/pack.hpp"
#include "engine/lang/bounds.hpp"

#include <array>
#include <set>

namespace enclaved::engine::lang {

namespace {

struct need {
  std::string_view global;
  std::string_view member; ///< empty: any use of the global
  std::string_view capability;
};

constexpr std::array<need, 10> needs{{
    {"setTimeout", "", "timers"},
    {"setInterval", "", "timers"},
    {"sleep", "", "timers"},
    {"Math", "random", "random"},
    {"crypto", "", "random"},
    {"Date", "", "clock"},
    {"performance", "", "clock"},
    {"progress", "", "events:emit:progress"},
    {"partialResult", "", "events:emit:partial_result"},
    {"emit", "", "events:emit:*"},
}};

} // namespace

std::vector<std::string> suggested_capabilities(const facts& found) {
  std::set<std::string> wanted;
  for (const auto& use : found.globals)
    for (const auto& it : needs)
      if (use.name == it.global && (it.member.empty() || it.member == use.member)) wanted.emplace(it.capability);
  for (const auto& use : found.tools) {
    if (wanted.size() >= bounds::suggested_capabilities) break;
    const bool is_named = use.name.data() != nullptr && pack::is_utf8(use.name);
    wanted.insert(is_named ? "ext:" + std::string(use.name) : "ext:*");
  }
  for (const auto& use : found.state) {
    if (wanted.size() >= bounds::suggested_capabilities) break;
    const bool is_named = !use.key.empty() && pack::is_utf8(use.key);
    const auto key = is_named ? std::string(use.key) : "*";
    if (use.reads) wanted.insert("state:read:" + key);
    if (use.writes) wanted.insert("state:write:" + key);
  }
  return {wanted.begin(), wanted.end()};
}

} // namespace enclaved::engine::lang
