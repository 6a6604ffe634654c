#include "store/database.hpp"

#include "store/body_seal.hpp"
#include "store/failure.hpp"
#include "store/keys.hpp"
#include "store/log_check.hpp"
#include "store/options.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <sys/statvfs.h>

namespace enclaved::store {

namespace {

constexpr std::uintmax_t spare_bytes = 4 * 1024 * 1024; ///< beside the log: a new log, a manifest, a table's index

rocksdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }

/// A new store is told its format; one of another format is left alone.
status check_format(rocksdb::DB& db, open_mode mode, bool& out_of_space) {
  std::string found;
  const auto how = db.Get({}, slice(keys::format), &found);
  if (how.IsNotFound() && mode == open_mode::read_write) {
    rocksdb::WriteOptions synced;
    synced.sync = true;
    const auto put = db.Put(synced, slice(keys::format), std::string(1, format_version));
    if (put.ok()) return done{};
    out_of_space = is_lack_of_space(put);
    return failure("cannot write", put);
  }
  if (!how.ok()) return failure("does not say which format it has", how);
  if (found.size() == 1 && found[0] == format_version) return done{};
  return error{error_code::internal, "the store was written by another version of enclaved (format " +
                                         std::to_string(found.empty() ? 0 : static_cast<unsigned char>(found[0])) +
                                         ", this one knows " + std::to_string(format_version) +
                                         "); use that version, or restore a backup of this one's format"};
}

error damaged(const std::string& folder, const std::string& how) {
  return {error_code::internal, "the store in " + folder + " is damaged (" + how +
                                    "); look at it with `enclaved fsck`, or restore a backup with `enclaved restore`"};
}

error why_not_opened(const std::string& folder, const rocksdb::Status& how) {
  auto why = failure("in " + folder + " cannot be opened", how);
  return why.code == error_code::internal ? damaged(folder, how.ToString()) : why;
}

} // namespace

result<std::unique_ptr<rocksdb::DB>> open_database(const database_place& place, open_mode mode, bool& out_of_space) {
  out_of_space = false;
  if (auto logs = check_logs(place.folder); !logs) return damaged(place.folder, logs.problem().message);
  rocksdb::DB* opened = nullptr;
  const auto options = options_for(place, mode);
  const auto how = mode == open_mode::read_write ? rocksdb::DB::Open(options, place.folder, &opened)
                                                 : rocksdb::DB::OpenForReadOnly(options, place.folder, &opened);
  std::unique_ptr<rocksdb::DB> db(opened);
  out_of_space = is_lack_of_space(how);
  if (!how.ok()) return why_not_opened(place.folder, how);
  if (auto right = check_format(*db, mode, out_of_space); !right) return right.problem();
  return db;
}

status has_room(const database_place& place) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  std::uintmax_t needed = spare_bytes;
  for (const auto& file : fs::directory_iterator(place.folder, ignored))
    if (file.path().extension() == ".log") needed += file.file_size(ignored);
  struct statvfs disk {};
  if (statvfs(place.folder.c_str(), &disk) != 0)
    return failure("cannot see its disk", rocksdb::Status::IOError(std::strerror(errno)));
  const auto free = static_cast<std::uintmax_t>(disk.f_bavail) * disk.f_frsize;
  if (free < needed)
    return error{error_code::unavailable, "the disk of the store has " + std::to_string(free) +
                                              " bytes free and needs " + std::to_string(needed) + "; make room on it"};
  const auto probe = place.folder + "/probe";
  if (const auto how = rocksdb::WriteStringToFile(place.env, "room?", probe, true); !how.ok())
    return failure("is not writable", how);
  place.env->DeleteFile(probe).PermitUncheckedError();
  return done{};
}

} // namespace enclaved::store
