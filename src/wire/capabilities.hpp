// What a session grants to its scripts: `ext:NAME` to call a tool, `state:read:KEY` and `state:write:KEY` for the
// session's state, `events:emit:NAME` for what scripts tell the client, and `clock`, `random`, `timers` for parts of
// the language that every script has. A name that ends with `*` stands for all that begin so, `*` for all.
#pragma once

#include "base/result.hpp"
#include "wire/fields.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace enclaved::wire {

/// Names and beginnings of names, in the order of the alphabet: to look one up takes a search, not a walk.
class name_patterns {
public:
  void add(std::string_view pattern);
  void finish(); ///< after the last `add`
  bool match(std::string_view name) const;

private:
  std::vector<std::string> names_;
  std::vector<std::string> beginnings_; ///< none is the beginning of another one
};

/// A list of capabilities; without one everything is granted, with one only what it names.
class capabilities {
public:
  capabilities() = default;
  /// Of a request, or of a journal: an array of texts.
  static bool read(field_reader& in, const place& at, capabilities& out);
  static result<capabilities> decoded(std::string_view encoded);

  bool is_limited() const { return limited_; }
  /// As they were given.
  const std::vector<std::string>& granted() const { return granted_; }
  /// MessagePack, for `decoded`; empty when nothing is limited.
  std::string encoded() const;

  bool allows_tool(std::string_view name) const { return !limited_ || tools_.match(name); }
  bool allows_state_read(std::string_view key) const { return !limited_ || state_reads_.match(key); }
  bool allows_state_write(std::string_view key) const { return !limited_ || state_writes_.match(key); }
  bool allows_event(std::string_view name) const { return !limited_ || events_.match(name); }

private:
  bool grant(std::string_view text);

  bool limited_ = false;
  std::vector<std::string> granted_;
  name_patterns tools_, state_reads_, state_writes_, events_;
};

// What a script is told of what it was not granted.
std::string tool_denied(std::string_view name);
std::string state_write_denied(std::string_view key);
std::string event_denied(std::string_view name);

} // namespace enclaved::wire
