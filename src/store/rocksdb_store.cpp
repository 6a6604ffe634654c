// The store on disk.
//
// After a failed write nothing more is written until `recover` has opened the database anew. RocksDB can go on by
// itself after some failures, but not after all, and its log may then hold what the store said it has not written.
// Opening settles that: what stands whole in the log is there, the rest is not.
#include "store/body_seal.hpp"
#include "store/database.hpp"
#include "store/failure.hpp"
#include "store/folder_lock.hpp"
#include "store/keys.hpp"
#include "store/walk.hpp"

#include <filesystem>
#include <limits>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/write_batch.h>

namespace enclaved::store {

namespace {

constexpr std::uint64_t last_number = std::numeric_limits<std::uint64_t>::max();

/// Up to that many entries are deleted one by one. Deleting a range leaves a mark that every read has to look at, and
/// thousands of sessions end in a second.
constexpr std::uint64_t entries_deleted_singly = 128;

std::string_view view(const rocksdb::Slice& text) { return {text.data(), text.size()}; }

error not_open() { return {error_code::unavailable, "the store could not be opened again"}; }

void delete_entries(rocksdb::WriteBatch& batch, session_number of, std::uint64_t first, std::uint64_t end) {
  if (end - first > entries_deleted_singly) {
    batch.DeleteRange(keys::entry(of, first), keys::entry(of, end));
    return;
  }
  for (auto number = first; number < end; ++number) batch.Delete(keys::entry(of, number));
}

void add(rocksdb::WriteBatch& batch, const change& one) {
  const auto put = [&batch](const std::string& key, std::string_view body) { batch.Put(key, sealed(key, body)); };
  const auto first = one.first == 0 ? 1 : one.first;
  switch (one.what) {
  case change::kind::append: return put(keys::entry(one.session, one.number), one.body);
  case change::kind::put_head: return put(keys::head(one.session), one.body);
  case change::kind::put_note: return put(keys::note(one.name), one.body);
  case change::kind::remove_note: batch.Delete(keys::note(one.name)); return;
  case change::kind::trim:
    if (first < one.number) delete_entries(batch, one.session, first, one.number);
    return;
  case change::kind::remove:
    batch.Delete(keys::head(one.session));
    if (one.number == 0)
      batch.DeleteRange(keys::entry(one.session, 0), keys::end_of_entries(one.session));
    else if (first < one.number)
      delete_entries(batch, one.session, first, one.number);
    return;
  }
}

void open(std::string_view key, std::string_view value, piece& into) {
  const auto body = unsealed(key, value);
  into.damaged = !body;
  if (body) into.body = *body;
}

class rocksdb_store final : public store {
public:
  rocksdb_store(database_place place, folder_lock lock, std::unique_ptr<rocksdb::DB> db, std::optional<error> broken)
      : place_(std::move(place)), lock_(std::move(lock)), db_(std::move(db)), broken_(std::move(broken)) {}

  status write(const changes& what) override {
    if (broken_) return *broken_;
    rocksdb::WriteBatch batch;
    for (const auto& one : what) add(batch, one);
    rocksdb::WriteOptions how;
    how.sync = true;
    if (const auto wrote = db_->Write(how, &batch); !wrote.ok()) return broken_.emplace(failure("cannot write", wrote));
    return done{};
  }

  result<pieces> entries(session_number of, std::uint64_t first, std::size_t bytes) const override {
    constexpr auto number_at = keys::head_bytes;
    std::size_t taken = 0;
    return read(keys::entry(of, first), keys::end_of_entries(of), keys::entry_bytes,
                [&](const walk& at, bool lost, piece& into) {
                  if (lost)
                    into.number = at.gap_reaches_end() ? last_number : keys::number_at(at.behind_gap(), number_at) - 1;
                  else
                    into.number = keys::number_at(at.key(), number_at);
                  taken += into.body.size();
                  return taken < bytes;
                });
  }

  result<pieces> heads(session_number after, std::size_t count) const override {
    if (after == last_number || count == 0) return pieces();
    std::size_t taken = 0;
    return read(keys::head(after + 1), keys::end_of_heads(), keys::head_bytes,
                [&](const walk& at, bool lost, piece& into) {
                  if (lost)
                    into.number = at.gap_reaches_end() ? last_number : keys::number_at(at.behind_gap(), 1) - 1;
                  else
                    into.number = keys::number_at(at.key(), 1);
                  return ++taken < count;
                });
  }

  result<pieces> notes(std::string_view beginning, std::string_view after, std::size_t count) const override {
    const auto past_all = std::string(beginning) + std::string(16, '\xff');
    if (after == past_all || count == 0) return pieces();
    const auto first = keys::note(after.empty() ? beginning : std::string(after) + '\0');
    std::size_t taken = 0;
    return read(first, keys::end_of_notes(beginning), 0, [&](const walk& at, bool lost, piece& into) {
      if (lost)
        into.name = at.gap_reaches_end() ? past_all : at.behind_gap().substr(1);
      else
        into.name = at.key().substr(1);
      return ++taken < count;
    });
  }

  result<std::optional<piece>> head(session_number of) const override {
    auto found = get(keys::head(of));
    if (found && *found) (*found)->number = of;
    return found;
  }

  result<std::optional<piece>> note(std::string_view name) const override {
    auto found = get(keys::note(name));
    if (found && *found) (*found)->name = name;
    return found;
  }

  status backup(const std::string& folder) override {
    if (!db_) return not_open();
    rocksdb::Checkpoint* made = nullptr;
    auto how = rocksdb::Checkpoint::Create(db_.get(), &made);
    const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
    if (how.ok()) how = checkpoint->CreateCheckpoint(folder);
    if (!how.ok()) return failure("cannot be copied to " + folder, how);
    return done{};
  }

  status recover() override {
    if (!broken_) return done{};
    if (broken_->code != error_code::unavailable) return *broken_;
    if (auto room = has_room(place_); !room) return room;
    db_.reset();
    bool out_of_space = false;
    auto again = open_database(place_, open_mode::read_write, out_of_space);
    if (again) {
      db_ = std::move(*again);
      broken_.reset();
      return done{};
    }
    broken_ = again.problem();
    if (auto to_read = open_database(place_, open_mode::read_only, out_of_space)) db_ = std::move(*to_read);
    return *broken_;
  }

private:
  result<std::optional<piece>> get(const std::string& key) const {
    if (!db_) return not_open();
    rocksdb::PinnableSlice value;
    const auto how = db_->Get({}, db_->DefaultColumnFamily(), key, &value);
    if (how.IsNotFound()) return std::optional<piece>();
    std::optional<piece> found(std::in_place);
    if (how.IsCorruption())
      found->damaged = true;
    else if (!how.ok())
      return failure("cannot be read", how);
    else
      open(key, view(value), *found);
    return found;
  }

  /// All from `first` to before `end` while `name` wants more; it tells a piece what it is called.
  template <class Name>
  result<pieces> read(std::string first, std::string end, std::size_t key_bytes, Name name) const {
    if (!db_) return not_open();
    pieces all;
    walk at(*db_, std::move(first), std::move(end), key_bytes);
    for (;;) {
      const auto found = at.next();
      if (found == walk::found::end) return all;
      if (found == walk::found::failed) return failure("cannot be read", at.failure());
      auto& one = all.emplace_back();
      const bool lost = found == walk::found::gap;
      if (lost)
        one.damaged = true;
      else
        open(at.key(), at.value(), one);
      if (!name(at, lost, one)) return all;
    }
  }

  database_place place_;
  folder_lock lock_;
  std::unique_ptr<rocksdb::DB> db_; ///< null: it could not be opened again, not even to read
  std::optional<error> broken_;     ///< why nothing can be written
};

/// Sessions are their owners' business: nobody else may look into the folder.
status make_folder(const std::string& folder) {
  namespace fs = std::filesystem;
  std::error_code failed;
  if (!fs::create_directories(folder, failed)) {
    if (!failed) return done{};
    return error{error_code::unavailable, "the store's folder " + folder + " cannot be made: " + failed.message()};
  }
  fs::permissions(folder, fs::perms::owner_all, failed);
  return done{};
}

/// Tables and logs without CURRENT are what is left of a database: a new one must not take their place.
status is_new(const database_place& place) {
  std::error_code ignored;
  for (const auto& file : std::filesystem::directory_iterator(place.folder, ignored)) {
    const auto kind = file.path().extension();
    if ((kind == ".sst" || kind == ".log") && file.file_size(ignored) > 0)
      return error{error_code::internal, "the store in " + place.folder + " is damaged (it has " +
                                             file.path().filename().string() +
                                             " but not CURRENT); restore a backup with `enclaved restore`"};
  }
  return done{};
}

/// A damaged store, or one of another format, must stay as it is; opening it to write would already change files.
status look_before_touching(const database_place& place) {
  if (!std::filesystem::exists(place.folder + "/CURRENT")) return is_new(place);
  bool out_of_space = false;
  auto there = open_database(place, open_mode::read_only, out_of_space);
  if (!there) return there.problem();
  return done{};
}

result<std::unique_ptr<store>> open_to_read(const database_place& place, folder_lock lock, std::optional<error> why) {
  bool out_of_space = false;
  auto db = open_database(place, open_mode::read_only, out_of_space);
  if (!db) return why ? *why : db.problem();
  if (!why) why = error{error_code::unavailable, "the store was opened to be read only"};
  return std::unique_ptr<store>(std::make_unique<rocksdb_store>(place, std::move(lock), std::move(*db), why));
}

} // namespace

result<std::unique_ptr<store>> open_rocksdb_store_at(const database_place& place, open_mode mode) {
  if (mode == open_mode::read_only) return open_to_read(place, {}, std::nullopt);
  if (auto made = make_folder(place.folder); !made) return made.problem();
  auto lock = folder_lock::take(place.folder);
  if (!lock) return lock.problem();
  if (auto fit = look_before_touching(place); !fit) return fit.problem();
  bool out_of_space = false;
  auto db = open_database(place, mode, out_of_space);
  // What is there can be read on a full disk, and `recover` goes on from there.
  if (!db && out_of_space) return open_to_read(place, std::move(*lock), db.problem());
  if (!db) return db.problem();
  return std::unique_ptr<store>(std::make_unique<rocksdb_store>(place, std::move(*lock), std::move(*db), std::nullopt));
}

result<std::unique_ptr<store>> open_rocksdb_store(const std::string& folder, open_mode mode) {
  return open_rocksdb_store_at({.folder = folder}, mode);
}

} // namespace enclaved::store
