// Backups of a store, and how one becomes a store again.
#pragma once

#include "store/fsck.hpp"

#include <cstdint>
#include <string>

namespace enclaved::store {

/// Where things lie below a data directory.
std::string store_in(const std::string& data_dir);
/// A relative path lies with the data directory's backups.
std::string backup_place(const std::string& data_dir, const std::string& path);

struct made_backup {
  std::string path;
  std::uint64_t bytes = 0;
};
/// Of a data directory that no server uses.
result<made_backup> back_up(const std::string& data_dir, const std::string& path);

using checker = std::function<result<census>(const std::string& folder, const finding_sink& tell)>;

/// Makes a backup the store of a data directory that has none. A backup with findings is refused; `tell` hears them.
/// The backup stays as it is. Afterwards the epoch is higher than any before, so that whoever belongs to the store as
/// it was is refused.
result<census> restore(const std::string& backup, const std::string& data_dir, const finding_sink& tell,
                       const checker& check = check_store);

inline constexpr const char* epoch_note = "epoch"; ///< a MessagePack number

} // namespace enclaved::store
