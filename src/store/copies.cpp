#include "store/copies.hpp"

#include "base/pack.hpp"
#include "store/store.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

namespace enclaved::store {

namespace fs = std::filesystem;

namespace {

error problem(const std::string& what, const std::string& why) { return {error_code::unavailable, what + ": " + why}; }

std::uint64_t bytes_in(const fs::path& folder) {
  std::error_code ignored;
  std::uint64_t sum = 0;
  for (const auto& one : fs::recursive_directory_iterator(folder, ignored))
    if (one.is_regular_file(ignored)) sum += one.file_size(ignored);
  return sum;
}

bool is_empty_or_none(const fs::path& folder) {
  std::error_code ignored;
  return !fs::exists(folder, ignored) || (fs::is_directory(folder, ignored) && fs::is_empty(folder, ignored));
}

status sync(const fs::path& what) {
  const int opened = open(what.c_str(), O_RDONLY | O_CLOEXEC);
  const bool safe = opened >= 0 && fsync(opened) == 0;
  const int why = errno;
  if (opened >= 0) close(opened);
  if (!safe) return problem("cannot make " + what.string() + " safe", std::strerror(why));
  return done{};
}

/// What links share with the backup would change with the store, so everything is copied.
status copy_folder(const fs::path& from, const fs::path& to) {
  std::error_code failed;
  fs::create_directories(to.parent_path(), failed);
  if (!failed) fs::remove_all(to, failed);
  if (!failed) fs::create_directory(to, failed);
  if (!failed) fs::permissions(to, fs::perms::owner_all, failed);
  if (failed) return problem("cannot make " + to.string(), failed.message());
  for (fs::directory_iterator at(from, failed), end; !failed && at != end; at.increment(failed)) {
    if (!at->is_regular_file() || at->path().filename() == "LOCK") continue;
    const auto there = to / at->path().filename();
    if (!fs::copy_file(at->path(), there, failed)) break;
    if (auto safe = sync(there); !safe) return safe;
  }
  if (failed) return problem("cannot copy " + from.string(), failed.message());
  return sync(to);
}

/// Later than what the backup knows, and than what was restored from it before.
std::uint64_t next_epoch(std::uint64_t before) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::max<std::uint64_t>(
      before + 1, static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(now).count()));
}

status raise_epoch(const std::string& folder) {
  auto opened = open_rocksdb_store(folder, open_mode::read_write);
  if (!opened) return opened.problem();
  const auto found = (*opened)->note(epoch_note);
  if (!found) return found.problem();
  std::uint64_t before = 0;
  if (*found) pack::reader((*found)->body).unsigned_int(before);
  pack::buffer raised;
  pack::writer(raised).number(next_epoch(before));
  return (*opened)->write({{change::kind::put_note, 0, 0, epoch_note, std::move(raised.bytes)}});
}

status put_in_place(const fs::path& from, const fs::path& to) {
  std::error_code failed;
  fs::remove(to, failed); // an empty folder; anything else stops the next step
  fs::rename(from, to, failed);
  if (failed) return problem("cannot put the store to " + to.string(), failed.message());
  return sync(to.parent_path());
}

} // namespace

std::string store_in(const std::string& data_dir) { return (fs::path(data_dir) / "store").string(); }

std::string backup_place(const std::string& data_dir, const std::string& path) {
  return (fs::path(data_dir) / "backups" / path).string(); // an absolute one replaces what is before it
}

result<made_backup> back_up(const std::string& data_dir, const std::string& path) {
  const auto folder = store_in(data_dir);
  std::error_code failed;
  if (!fs::is_directory(folder, failed)) return error{error_code::not_found, "there is no store: " + folder};
  made_backup made{backup_place(data_dir, path)};
  if (fs::exists(made.path, failed))
    return error{error_code::already_exists, "the backup needs a place of its own: " + made.path + " exists"};
  fs::create_directories(fs::path(made.path).parent_path(), failed);
  auto opened = open_rocksdb_store(folder, open_mode::read_write);
  if (!opened) return opened.problem();
  if (auto copied = (*opened)->backup(made.path); !copied) return copied.problem();
  made.bytes = bytes_in(made.path);
  return made;
}

result<census> restore(const std::string& backup, const std::string& data_dir, const finding_sink& tell,
                       const checker& check) {
  const fs::path place = store_in(data_dir), aside = place.string() + ".restoring";
  std::error_code failed;
  if (!fs::is_directory(backup, failed)) return error{error_code::not_found, "there is no backup: " + backup};
  if (!is_empty_or_none(place))
    return error{error_code::already_exists,
                 "there is a store already: " + place.string() + "; move it away before another takes its place"};
  auto found = check(backup, tell);
  if (!found || found->findings != 0) return found;
  if (auto copied = copy_folder(backup, aside); !copied) return copied.problem();
  if (auto raised = raise_epoch(aside); !raised) return raised.problem();
  if (auto placed = put_in_place(aside, place); !placed) return placed.problem();
  return found;
}

} // namespace enclaved::store
