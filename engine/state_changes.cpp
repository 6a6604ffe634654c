#include "engine/state_changes.hpp"

#include "base/bounds.hpp"
#include "base/pack.hpp"

#include <algorithm>
#include <new>
#include <string>
#include <vector>

namespace enclaved::engine {

namespace {

struct entry {
  std::string_view key;
  std::string_view value;
};

/// The entries of a map, each key once.
class table {
public:
  explicit table(std::string_view map) {
    pack::reader in(map);
    std::uint32_t pairs = 0;
    if (map.empty() || !in.map(pairs)) return;
    for (entry it; pairs > 0 && in.str(it.key) && in.skip(it.value); --pairs) entries_.push_back(it);
    for (const auto& it : entries_) sorted_.push_back(&it);
    std::sort(sorted_.begin(), sorted_.end(),
              [](const entry* a, const entry* b) { return a->key != b->key ? a->key < b->key : a > b; });
    const auto same = [](const entry* a, const entry* b) { return a->key == b->key; };
    sorted_.erase(std::unique(sorted_.begin(), sorted_.end(), same), sorted_.end());
  }
  table(const table&) = delete;
  table& operator=(const table&) = delete;

  const entry* find(std::string_view key) const {
    const auto at = std::lower_bound(sorted_.begin(), sorted_.end(), key,
                                     [](const entry* it, std::string_view wanted) { return it->key < wanted; });
    return at != sorted_.end() && (*at)->key == key ? *at : nullptr;
  }
  /// Each key where it stands last.
  template <class F>
  void each(F&& what) const {
    for (const auto& it : entries_)
      if (find(it.key) == &it) what(it);
  }
  std::size_t size() const { return sorted_.size(); }

private:
  std::vector<entry> entries_;
  std::vector<const entry*> sorted_;
};

/// As RFC 6901 escapes it.
std::string path_of(std::string_view key) {
  std::string path = "/";
  for (const char c : key) {
    if (c != '~' && c != '/')
      path += c;
    else
      path += c == '~' ? "~0" : "~1";
  }
  return path;
}

state_fault check(const table& after) {
  if (after.size() > bounds::state_keys) return state_fault::too_many_keys;
  auto fault = state_fault::none;
  after.each([&fault](const entry& it) {
    if (it.key.size() > bounds::state_key_bytes) fault = state_fault::key_too_long;
  });
  return fault;
}

state_fault write_ops(const table& before, const table& after, outbox& out) {
  std::uint32_t count = 0;
  before.each([&](const entry& it) { count += after.find(it.key) == nullptr ? 1 : 0; });
  after.each([&](const entry& it) {
    const auto* was = before.find(it.key);
    count += was == nullptr || was->value != it.value ? 1 : 0;
  });
  if (count == 0) return state_fault::none;
  out.limit_to(out.size() + bounds::state_patch_bytes);
  pack::basic_writer<outbox> to(out);
  to.array(count);
  before.each([&](const entry& it) {
    if (after.find(it.key) == nullptr) to.map(2).str("op").str("remove").str("path").str(path_of(it.key));
  });
  after.each([&](const entry& it) {
    const auto* was = before.find(it.key);
    if (was != nullptr && was->value == it.value) return;
    to.map(3).str("op").str(was == nullptr ? "add" : "replace").str("path").str(path_of(it.key));
    to.str("value").raw(it.value);
  });
  return out.overflown() ? state_fault::patch_too_large : state_fault::none;
}

} // namespace

const char* describe(state_fault fault) {
  static_assert(bounds::state_keys == 10'000 && bounds::state_key_bytes == 1'024, "as the sentences say");
  switch (fault) {
  case state_fault::none: return "";
  case state_fault::too_many_keys: return "$state has more than 10000 keys";
  case state_fault::key_too_long: return "$state has a key of more than 1024 bytes";
  case state_fault::patch_too_large: return "$state changed by more than a message holds";
  case state_fault::no_memory: return "there is no memory to compare $state with what it was";
  }
  return "";
}

state_fault write_changes(std::string_view before, std::string_view after, outbox& out) {
  if (before == after) return state_fault::none;
  try {
    const table is(after);
    if (const auto fault = check(is); fault != state_fault::none) return fault;
    return write_ops(table(before), is, out);
  } catch (const std::bad_alloc&) {
    return state_fault::no_memory;
  }
}

} // namespace enclaved::engine
