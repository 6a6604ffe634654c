#include "wire/state.hpp"

#include "base/bounds.hpp"
#include "base/pack.hpp"
#include "wire/values.hpp"

#include <array>
#include <optional>
#include <unordered_map>

namespace enclaved::wire {

namespace {

struct entry {
  std::string_view key;
  std::string_view value;
};

constexpr std::array<std::string_view, 3> op_names{"add", "replace", "remove"};

/// Every problem is a sentence that lacks its subject until it is told.
error told_of(std::string_view subject, error problem) {
  problem.message.insert(0, subject);
  return problem;
}

error too_large(std::size_t most, std::string_view what) {
  return {error_code::too_large, " must have at most " + std::to_string(most).append(" ").append(what)};
}

/// A value that may stand in a state.
status read_value(std::string_view bytes, pack::reader& in, std::string_view& out) {
  value_extent extent;
  const auto start = in.offset();
  if (const auto defect = step_over_value(in, &extent); defect != value_defect::none)
    return invalid_request(" must " + std::string(expectation(defect)));
  if (extent.depth > bounds::state_value_nesting)
    return too_large(bounds::state_value_nesting, "arrays and maps inside one another in a value");
  out = bytes.substr(start, in.offset() - start);
  return done{};
}

/// A text that is encoded as one.
bool read_text(pack::reader& in, std::string_view& out) {
  pack::token head;
  if (!in.next(head) || head.type != pack::kind::str || !pack::is_utf8(head.bytes)) return false;
  out = head.bytes;
  return true;
}

status check_key(std::string_view key) {
  if (key.size() <= bounds::state_key_bytes) return done{};
  return too_large(bounds::state_key_bytes, "bytes in a key");
}

/// The entries of a state, the last one of each key where the first one stood.
class table {
public:
  void put(std::string_view key, std::string_view value) {
    const auto [at, is_new] = where_.try_emplace(key, entries_.size());
    if (is_new)
      entries_.push_back({key, value});
    else
      entries_[at->second].value = value;
  }
  bool has(std::string_view key) const { return where_.contains(key); }
  /// A key that comes back stands last.
  void remove(std::string_view key) {
    const auto at = where_.find(key);
    entries_[at->second].value = {};
    where_.erase(at);
  }
  std::size_t size() const { return where_.size(); }

  std::string encoded() const {
    if (where_.empty()) return {};
    pack::buffer out;
    pack::writer to(out);
    to.map(static_cast<std::uint32_t>(size()));
    for (const auto& [key, value] : entries_)
      if (!value.empty()) to.str(key).raw(value);
    return std::move(out.bytes);
  }

private:
  std::vector<entry> entries_; ///< one that has been removed has no value
  std::unordered_map<std::string_view, std::size_t> where_;
};

status check_size(const table& of, const std::string& encoded) {
  if (of.size() > bounds::state_keys) return too_large(bounds::state_keys, "keys");
  if (encoded.size() > bounds::state_bytes) return too_large(bounds::state_bytes, "bytes");
  return done{};
}

/// `state` is sound: it came out of this file.
table entries_of(std::string_view state) {
  table all;
  pack::reader in(state);
  std::uint32_t pairs = 0;
  if (state.empty() || !in.map(pairs)) return all;
  for (std::string_view key, value; pairs > 0 && in.str(key) && in.skip(value); --pairs) all.put(key, value);
  return all;
}

std::optional<std::string> key_of(std::string_view path) {
  if (!path.starts_with('/')) return std::nullopt;
  std::string key;
  for (std::size_t i = 1; i < path.size(); ++i) {
    if (path[i] == '/') return std::nullopt; // it goes deeper than the top level
    if (path[i] != '~') {
      key += path[i];
      continue;
    }
    if (++i == path.size() || (path[i] != '0' && path[i] != '1')) return std::nullopt;
    key += path[i] == '0' ? '~' : '/';
  }
  return key;
}

status read_op(std::string_view bytes, pack::reader& in, state_op& out) {
  std::uint32_t pairs = 0;
  std::string_view name, path;
  if (!in.map(pairs) || pairs < 2 || pairs > 3) return invalid_request(" must be {op, path, value?}");
  for (; pairs > 0; --pairs) {
    std::string_view key;
    if (!read_text(in, key)) return invalid_request(" must have strings as keys");
    const bool sound = key == "op"     ? name.empty() && read_text(in, name)
                       : key == "path" ? path.empty() && read_text(in, path)
                                       : key == "value" && out.value.empty();
    if (!sound) return invalid_request(" must be {op, path, value?}");
    if (key != "value") continue;
    if (const auto fine = read_value(bytes, in, out.value); !fine) return fine;
  }
  std::size_t which = 0;
  while (which < op_names.size() && op_names[which] != name) ++which;
  if (which == op_names.size()) return invalid_request(" must be add, replace or remove");
  out.op = static_cast<state_op::kind>(which);
  if ((out.op == state_op::kind::remove) != out.value.empty())
    return invalid_request(" must have a value, and remove must have none");
  auto key = key_of(path);
  if (!key) return invalid_request(" must have a path to a key of the top level");
  out.key = std::move(*key);
  return check_key(out.key);
}

} // namespace

result<std::vector<state_op>> read_state_ops(std::string_view ops) {
  pack::reader in(ops);
  std::uint32_t count = 0;
  if (ops.size() > bounds::state_patch_bytes) return told_of("ops", too_large(bounds::state_patch_bytes, "bytes"));
  if (!in.array(count)) return invalid_request("ops must be an array");
  if (count > 2 * bounds::state_keys) return told_of("ops", too_large(2 * bounds::state_keys, "elements"));
  std::vector<state_op> all;
  for (std::uint32_t i = 0; i < count; ++i)
    if (const auto fine = read_op(ops, in, all.emplace_back()); !fine)
      return told_of("ops[" + std::to_string(i) + "]", fine.problem());
  if (!in.at_end()) return invalid_request("ops must end after the array");
  return all;
}

result<std::string> checked_state(std::string_view state, std::string_view called) {
  if (state.empty()) return std::string{};
  if (state.size() > bounds::state_bytes) return told_of(called, too_large(bounds::state_bytes, "bytes"));
  pack::reader in(state);
  std::uint32_t pairs = 0;
  if (!in.map(pairs)) return told_of(called, invalid_request(" must be a map"));
  table all;
  for (; pairs > 0; --pairs) {
    std::string_view key, value;
    if (!read_text(in, key)) return told_of(called, invalid_request(" must have strings in UTF-8 as keys"));
    if (const auto fine = check_key(key); !fine) return told_of(called, fine.problem());
    if (const auto fine = read_value(state, in, value); !fine) return told_of(called, fine.problem());
    all.put(key, value);
  }
  if (!in.at_end()) return told_of(called, invalid_request(" must end after the map"));
  auto encoded = all.encoded();
  if (const auto fine = check_size(all, encoded); !fine) return told_of(called, fine.problem());
  return encoded;
}

result<std::string> patched(std::string_view state, const std::vector<state_op>& ops) {
  auto all = entries_of(state);
  for (const auto& it : ops) {
    if (it.op != state_op::kind::add && !all.has(it.key))
      return error{error_code::conflict, "state has no key " + quoted(it.key) + " to change"};
    if (it.op == state_op::kind::remove)
      all.remove(it.key);
    else
      all.put(it.key, it.value);
  }
  auto encoded = all.encoded();
  if (const auto fine = check_size(all, encoded); !fine) return told_of("state", fine.problem());
  return encoded;
}

std::string readable(std::string_view state, const capabilities& granted) {
  if (!granted.is_limited() || state.empty()) return std::string(state);
  table seen;
  pack::reader in(state);
  std::uint32_t pairs = 0;
  if (!in.map(pairs)) return {};
  for (std::string_view key, value; pairs > 0 && in.str(key) && in.skip(value); --pairs)
    if (granted.allows_state_read(key)) seen.put(key, value);
  return seen.encoded();
}

std::string denied_write(const std::vector<state_op>& ops, const capabilities& granted) {
  for (const auto& it : ops)
    if (!granted.allows_state_write(it.key)) return state_write_denied(it.key);
  return {};
}

} // namespace enclaved::wire
