// The store of a server that keeps nothing, and of tests.
#include "store/store.hpp"

#include <algorithm>
#include <map>

namespace enclaved::store {

namespace {

class memory_store final : public store {
public:
  status write(const changes& what) override {
    for (const auto& one : what) apply(one);
    return done{};
  }

  result<pieces> entries(session_number of, std::uint64_t first, std::size_t bytes) const override {
    pieces found;
    const auto at = sessions_.find(of);
    if (at == sessions_.end()) return found;
    std::size_t taken = 0;
    for (auto one = at->second.entries.lower_bound(first); one != at->second.entries.end(); ++one) {
      found.push_back({one->first, {}, one->second});
      if ((taken += one->second.size()) >= bytes) break;
    }
    return found;
  }

  result<pieces> heads(session_number after, std::size_t count) const override {
    pieces found;
    for (auto at = sessions_.upper_bound(after); at != sessions_.end() && found.size() < count; ++at)
      if (at->second.head) found.push_back({at->first, {}, *at->second.head});
    return found;
  }

  result<std::optional<piece>> head(session_number of) const override {
    const auto at = sessions_.find(of);
    if (at == sessions_.end() || !at->second.head) return std::optional<piece>();
    return std::optional(piece{of, {}, *at->second.head});
  }

  result<std::optional<piece>> note(std::string_view name) const override {
    const auto at = notes_.find(name);
    if (at == notes_.end()) return std::optional<piece>();
    return std::optional(piece{0, at->first, at->second});
  }

  result<pieces> notes(std::string_view beginning, std::string_view after, std::size_t count) const override {
    pieces found;
    auto at = after.empty() ? notes_.lower_bound(beginning) : notes_.upper_bound(after);
    for (; at != notes_.end() && at->first.starts_with(beginning) && found.size() < count; ++at)
      found.push_back({0, at->first, at->second});
    return found;
  }

  status backup(const std::string&) override {
    return error{error_code::unavailable, "a store in memory has nothing to copy"};
  }
  status recover() override { return done{}; }

private:
  struct session {
    std::optional<std::string> head;
    std::map<std::uint64_t, std::string> entries;
  };

  void apply(const change& one) {
    switch (one.what) {
    case change::kind::append: sessions_[one.session].entries[one.number] = one.body; return;
    case change::kind::put_head: sessions_[one.session].head = one.body; return;
    case change::kind::remove: sessions_.erase(one.session); return;
    case change::kind::put_note: notes_[one.name] = one.body; return;
    case change::kind::remove_note: notes_.erase(one.name); return;
    case change::kind::trim: {
      auto& entries = sessions_[one.session].entries;
      entries.erase(entries.begin(), entries.lower_bound(one.number));
      return;
    }
    }
  }

  std::map<session_number, session> sessions_;
  std::map<std::string, std::string, std::less<>> notes_;
};

} // namespace

std::unique_ptr<store> make_memory_store() { return std::make_unique<memory_store>(); }

} // namespace enclaved::store
