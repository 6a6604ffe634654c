// The store on disk. RocksDB is used nowhere else.
#include "store/body_seal.hpp"
#include "store/keys.hpp"
#include "store/store.hpp"

#include <rocksdb/db.h>
#include <rocksdb/options.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/write_batch.h>

namespace enclaved::store {

namespace {

constexpr std::size_t mib = 1024 * 1024;
constexpr std::size_t write_buffer_bytes = 32 * mib;
constexpr std::size_t log_bytes = 128 * mib; ///< the write-ahead log, in all
constexpr int kept_info_logs = 3;
constexpr std::size_t info_log_bytes = 4 * mib;

rocksdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }
std::string_view view(const rocksdb::Slice& text) { return {text.data(), text.size()}; }

error problem(std::string_view what, const rocksdb::Status& why) {
  return {error_code::unavailable, "the store " + std::string(what) + ": " + why.ToString()};
}

rocksdb::Options options_for(open_mode mode) {
  rocksdb::Options to;
  to.create_if_missing = mode == open_mode::read_write;
  to.paranoid_checks = true;
  // A torn tail is what a crash leaves. Anything else in the log is damage; the default mode would drop what is behind
  // it.
  to.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  to.write_buffer_size = write_buffer_bytes;
  to.max_total_wal_size = log_bytes;
  to.keep_log_file_num = kept_info_logs;
  to.max_log_file_size = info_log_bytes;
  to.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  to.max_open_files = 256;
  to.compression = rocksdb::kNoCompression; // what is worth it comes compressed
  return to;
}

/// One session's entries from `first` to before `end`, as keys.
struct key_range {
  std::string first;
  std::string end;
};
key_range entries_of(session_number of, std::uint64_t first, std::uint64_t end) {
  return {keys::entry(of, first), end == 0 ? keys::entry(of + 1, 0) : keys::entry(of, end)};
}

class rocksdb_store final : public store {
public:
  explicit rocksdb_store(rocksdb::DB* db) : db_(db) {}

  status write(const changes& what) override {
    rocksdb::WriteBatch batch;
    for (const auto& one : what) add(batch, one);
    rocksdb::WriteOptions how;
    how.sync = true;
    if (const auto done_how = db_->Write(how, &batch); !done_how.ok()) return problem("cannot write", done_how);
    return done{};
  }

  result<pieces> entries(session_number of, std::uint64_t first, std::size_t bytes) const override {
    const auto range = entries_of(of, first, 0);
    pieces found;
    std::size_t taken = 0;
    auto failure = each(range.first, range.end, [&](std::string_view key, std::string_view value) {
      auto& one = found.emplace_back();
      one.number = keys::number_at(key, 1 + sizeof(session_number));
      open(key, value, one);
      taken += one.body.size();
      return taken < bytes;
    });
    if (!failure.ok()) return problem("cannot read a session's entries", failure);
    return found;
  }

  result<pieces> heads(session_number after, std::size_t count) const override {
    pieces found;
    auto failure = each(keys::head(after + 1), std::string(1, keys::head_letter + 1),
                        [&](std::string_view key, std::string_view value) {
                          auto& one = found.emplace_back();
                          one.number = keys::number_at(key, 1);
                          open(key, value, one);
                          return found.size() < count;
                        });
    if (!failure.ok()) return problem("cannot read the sessions' heads", failure);
    return found;
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

  result<pieces> notes(std::string_view beginning, std::string_view after, std::size_t count) const override {
    pieces found;
    const auto first = keys::note(after.empty() ? beginning : std::string(after) + '\0');
    auto failure = each(first, {}, [&](std::string_view key, std::string_view value) {
      if (key.substr(0, 1 + beginning.size()) != keys::note(beginning)) return false;
      auto& one = found.emplace_back();
      one.name = key.substr(1);
      open(key, value, one);
      return found.size() < count;
    });
    if (!failure.ok()) return problem("cannot read notes", failure);
    return found;
  }

  status backup(const std::string& folder) override {
    rocksdb::Checkpoint* made = nullptr;
    auto how = rocksdb::Checkpoint::Create(db_.get(), &made);
    const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
    if (how.ok()) how = checkpoint->CreateCheckpoint(folder);
    if (!how.ok()) return problem("cannot be copied to " + folder, how);
    return done{};
  }

  status recover() override {
    if (const auto how = db_->Resume(); !how.ok()) return problem("is not writable", how);
    return done{};
  }

private:
  static void add(rocksdb::WriteBatch& batch, const change& one) {
    const auto put = [&batch](const std::string& key, std::string_view body) { batch.Put(key, sealed(key, body)); };
    switch (one.what) {
    case change::kind::append: return put(keys::entry(one.session, one.number), one.body);
    case change::kind::put_head: return put(keys::head(one.session), one.body);
    case change::kind::put_note: return put(keys::note(one.name), one.body);
    case change::kind::remove_note: batch.Delete(keys::note(one.name)); return;
    case change::kind::trim: {
      const auto range = entries_of(one.session, 0, one.number);
      batch.DeleteRange(range.first, range.end);
      return;
    }
    case change::kind::remove: {
      const auto range = entries_of(one.session, 0, 0);
      batch.DeleteRange(range.first, range.end);
      batch.Delete(keys::head(one.session));
      return;
    }
    }
  }

  static void open(std::string_view key, std::string_view value, piece& into) {
    const auto body = unsealed(key, value);
    into.damaged = !body;
    if (body) into.body = *body;
  }

  result<std::optional<piece>> get(const std::string& key) const {
    rocksdb::PinnableSlice value;
    const auto how = db_->Get({}, db_->DefaultColumnFamily(), key, &value);
    if (how.IsNotFound()) return std::optional<piece>();
    if (!how.ok()) return problem("cannot read", how);
    std::optional<piece> found(std::in_place);
    open(key, view(value), *found);
    return found;
  }

  /// From `first` to before `end` (empty: to the last one), while `take` wants more.
  template <class Take>
  rocksdb::Status each(const std::string& first, const std::string& end, Take take) const {
    rocksdb::ReadOptions how;
    const auto bound = slice(end);
    if (!end.empty()) how.iterate_upper_bound = &bound;
    const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(how));
    for (at->Seek(first); at->Valid(); at->Next())
      if (!take(view(at->key()), view(at->value()))) break;
    return at->status();
  }

  std::unique_ptr<rocksdb::DB> db_;
};

/// A new store is told its format; one of another format is left alone.
status check_format(rocksdb::DB& db, open_mode mode) {
  std::string found;
  const auto how = db.Get({}, slice(keys::format), &found);
  if (how.IsNotFound() && mode == open_mode::read_write) {
    rocksdb::WriteOptions synced;
    synced.sync = true;
    const std::string version(1, format_version);
    if (const auto put = db.Put(synced, slice(keys::format), version); !put.ok()) return problem("cannot write", put);
    return done{};
  }
  if (!how.ok()) return problem("does not say which format it has", how);
  if (found.size() == 1 && found[0] == format_version) return done{};
  return error{error_code::unavailable, "the store was written by another version of enclaved (format " +
                                            std::to_string(found.empty() ? 0 : static_cast<unsigned char>(found[0])) +
                                            ", this one knows " + std::to_string(format_version) +
                                            "); use that version, or restore a backup of this one's format"};
}

} // namespace

result<std::unique_ptr<store>> open_rocksdb_store(const std::string& folder, open_mode mode) {
  rocksdb::DB* opened = nullptr;
  const auto options = options_for(mode);
  const auto how = mode == open_mode::read_write ? rocksdb::DB::Open(options, folder, &opened)
                                                 : rocksdb::DB::OpenForReadOnly(options, folder, &opened);
  std::unique_ptr<rocksdb::DB> db(opened);
  if (how.IsCorruption())
    return error{error_code::unavailable, "the store in " + folder + " is damaged (" + how.ToString() +
                                              "); look at it with `enclaved fsck`, or restore a backup"};
  if (!how.ok()) return problem("in " + folder + " cannot be opened", how);
  if (auto right = check_format(*db, mode); !right) return right.problem();
  return std::unique_ptr<store>(std::make_unique<rocksdb_store>(db.release()));
}

} // namespace enclaved::store
