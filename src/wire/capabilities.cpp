#include "wire/capabilities.hpp"

#include "base/bounds.hpp"
#include "base/escape.hpp"

#include <algorithm>
#include <array>

namespace enclaved::wire {

namespace {

constexpr std::string_view tool_prefix = "ext:";
constexpr std::string_view state_read_prefix = "state:read:";
constexpr std::string_view state_write_prefix = "state:write:";
constexpr std::string_view event_prefix = "events:emit:";

/// Parts of the language that no session is without: `check` names what a script uses of them.
constexpr std::array<std::string_view, 3> always_there{"clock", "random", "timers"};

constexpr std::string_view expected =
    "be ext:NAME, state:read:KEY, state:write:KEY, events:emit:NAME, clock, random or timers";

std::string denied(std::string_view what, std::string_view name, std::string_view prefix) {
  std::string shown;
  append_escaped(shown, name, bounds::tool_name_bytes);
  std::string text(what);
  return text.append(" \"").append(shown).append("\": the session was not granted ").append(prefix).append(shown);
}

} // namespace

void name_patterns::add(std::string_view pattern) {
  if (pattern.ends_with('*'))
    beginnings_.emplace_back(pattern.substr(0, pattern.size() - 1));
  else
    names_.emplace_back(pattern);
}

void name_patterns::finish() {
  std::sort(names_.begin(), names_.end());
  std::sort(beginnings_.begin(), beginnings_.end());
  // What a text begins with stands before it: each is looked at after all that may cover it.
  std::vector<std::string> kept;
  for (auto& it : beginnings_)
    if (kept.empty() || !it.starts_with(kept.back())) kept.push_back(std::move(it));
  beginnings_ = std::move(kept);
}

bool name_patterns::match(std::string_view name) const {
  if (std::binary_search(names_.begin(), names_.end(), name, std::less<>{})) return true;
  const auto after = std::upper_bound(beginnings_.begin(), beginnings_.end(), name, std::less<>{});
  return after != beginnings_.begin() && name.starts_with(*std::prev(after));
}

bool capabilities::grant(std::string_view text) {
  struct row {
    std::string_view prefix;
    name_patterns capabilities::*to;
  };
  constexpr std::array<row, 4> rows{{
      {tool_prefix, &capabilities::tools_},
      {state_read_prefix, &capabilities::state_reads_},
      {state_write_prefix, &capabilities::state_writes_},
      {event_prefix, &capabilities::events_},
  }};
  for (const auto& [prefix, to] : rows)
    if (text.starts_with(prefix) && text.size() > prefix.size()) {
      (this->*to).add(text.substr(prefix.size()));
      return true;
    }
  return std::find(always_there.begin(), always_there.end(), text) != always_there.end();
}

bool capabilities::read(field_reader& in, const place& at, capabilities& out) {
  std::uint32_t count = 0;
  if (!in.array(at, bounds::capabilities_per_session, count)) return false;
  out = {};
  out.limited_ = true;
  for (std::uint32_t i = 0; i < count; ++i) {
    const place here{.key = {}, .outer = &at, .index = i};
    auto& text = out.granted_.emplace_back();
    if (!in.text(here, bounds::capability_bytes, text)) return false;
    if (!out.grant(text)) return in.must(here, expected);
  }
  for (auto* it : {&out.tools_, &out.state_reads_, &out.state_writes_, &out.events_}) it->finish();
  return true;
}

result<capabilities> capabilities::decoded(std::string_view encoded) {
  capabilities out;
  if (encoded.empty()) return out;
  field_reader in(encoded);
  constexpr place at{.key = "capabilities"};
  if (!read(in, at, out)) return in.take_problem();
  if (!in.at_end()) return invalid_request("capabilities must end after the array");
  return out;
}

std::string capabilities::encoded() const {
  pack::buffer out;
  if (!limited_) return {};
  pack::writer to(out);
  to.array(static_cast<std::uint32_t>(granted_.size()));
  for (const auto& it : granted_) to.str(it);
  return std::move(out.bytes);
}

std::string tool_denied(std::string_view name) { return denied("may not call the tool", name, tool_prefix); }
std::string state_write_denied(std::string_view key) {
  return denied("may not change the state's key", key, state_write_prefix);
}
std::string event_denied(std::string_view name) { return denied("may not emit the event", name, event_prefix); }

} // namespace enclaved::wire
