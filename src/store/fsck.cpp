#include "store/fsck.hpp"

#include "base/escape.hpp"
#include "base/pack.hpp"
#include "store/body_seal.hpp"
#include "store/database.hpp"
#include "store/folder_lock.hpp"
#include "store/index_notes.hpp"
#include "store/keys.hpp"
#include "store/walk.hpp"

namespace enclaved::store {

namespace {

constexpr std::size_t shown_key_bytes = 120;

std::string text_of(std::uint64_t number) { return std::to_string(number); }

/// Some MessagePack values and nothing else.
bool is_readable(std::string_view body) {
  pack::reader in(body);
  std::string_view value;
  while (!in.at_end())
    if (!in.skip(value)) return false;
  return in.ok();
}

/// Goes over the keys in their order: entries, then heads, then notes.
class examination {
public:
  examination(rocksdb::DB& db, const finding_sink& tell) : db_(db), tell_(tell) {}

  census run() {
    walk at(db_, "", std::string(1, '\xff'), 0);
    for (;;) {
      const auto found = at.next();
      if (found == walk::found::end) break;
      if (found == walk::found::failed) {
        finding("reading has ended early: " + escaped(at.failure().ToString(), 400));
        break;
      }
      if (found == walk::found::gap)
        gap(at.behind_gap());
      else
        record(at.key(), at.value());
    }
    return seen_;
  }

private:
  void finding(const std::string& line) {
    ++seen_.findings;
    tell_(line);
  }

  void gap(const std::string& behind) {
    finding("a part of the disk cannot be read: what lies between " + place_of(last_key_) + " and " + place_of(behind));
    entry_session_ = 0; // what follows need not be the next entry
  }

  static std::string place_of(std::string_view key) {
    if (key.empty()) return "the beginning";
    if (key.size() >= keys::head_bytes && (key[0] == keys::entry_letter || key[0] == keys::head_letter)) {
      const auto session = "session " + text_of(keys::number_at(key, 1));
      if (key[0] == keys::head_letter) return "the head of " + session;
      if (key.size() >= keys::entry_bytes)
        return "entry " + text_of(keys::number_at(key, keys::head_bytes)) + " of " + session;
      return session;
    }
    if (key[0] == keys::note_letter) return "note \"" + escaped(key.substr(1), shown_key_bytes) + '"';
    return "key \"" + escaped(key, shown_key_bytes) + '"';
  }

  void record(std::string_view key, std::string_view value) {
    last_key_ = key;
    if (key == keys::format) return;
    const auto what = place_of(key);
    const bool known = (key[0] == keys::entry_letter && key.size() == keys::entry_bytes) ||
                       (key[0] == keys::head_letter && key.size() == keys::head_bytes) || key[0] == keys::note_letter;
    if (!known) return finding(what + " belongs to nothing");
    const auto body = unsealed(key, value);
    if (!body)
      finding(what + " is damaged: its checksum does not fit");
    else if (!is_readable(*body))
      finding(what + " cannot be read: its body is not MessagePack");
    switch (key[0]) {
    case keys::entry_letter: entry(keys::number_at(key, 1), keys::number_at(key, keys::head_bytes)); return;
    case keys::head_letter: ++seen_.sessions; return;
    default: ++seen_.notes;
    }
    if (body) note(what, key.substr(1), *body);
  }

  void entry(session_number of, std::uint64_t number) {
    ++seen_.entries;
    if (of != entry_session_) {
      if (!has_head(of)) finding("session " + text_of(of) + " has entries and no head");
    } else if (number != next_entry_) {
      finding("session " + text_of(of) + " lacks entries " + text_of(next_entry_) + " to " + text_of(number - 1));
    }
    entry_session_ = of;
    next_entry_ = number + 1;
  }

  void note(const std::string& what, std::string_view name, std::string_view body) {
    const auto named = session_named_by(name, body);
    if (!named.well_formed) return finding(what + " cannot be read: it is no index of sessions");
    if (named.session && !has_head(*named.session))
      finding(what + " names session " + text_of(*named.session) + ", which has no head");
  }

  /// One that is damaged is there, and a finding of its own.
  bool has_head(session_number of) {
    rocksdb::PinnableSlice ignored;
    return !db_.Get({}, db_.DefaultColumnFamily(), keys::head(of), &ignored).IsNotFound();
  }

  rocksdb::DB& db_;
  const finding_sink& tell_;
  census seen_;
  std::string last_key_;
  session_number entry_session_ = 0; ///< of the entry before
  std::uint64_t next_entry_ = 0;
};

} // namespace

result<census> check_store(const std::string& folder, const finding_sink& tell) {
  auto lock = folder_lock::take(folder);
  if (!lock) return lock.problem();
  bool out_of_space = false;
  auto db = open_database({.folder = folder}, open_mode::read_only, out_of_space);
  if (!db) {
    tell(escaped(db.problem().message, 1'000));
    return census{.findings = 1};
  }
  return examination(**db, tell).run();
}

} // namespace enclaved::store
