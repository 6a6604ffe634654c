// The database under a store on disk: how it is set up, opened, and what its failures mean.
#pragma once

#include "base/result.hpp"
#include "store/store.hpp"

#include <memory>
#include <rocksdb/db.h>

namespace enclaved::store {

/// Where a database lies. Tests put a file system of their own below it, or let it fill its tables sooner.
struct database_place {
  std::string folder;
  rocksdb::Env* env = rocksdb::Env::Default();
  std::size_t write_buffer_bytes = 16 * 1024 * 1024;
};

/// Opens it and looks at its format; a new one is told its format. `out_of_space` says whether room was all it lacked.
result<std::unique_ptr<rocksdb::DB>> open_database(const database_place& place, open_mode mode, bool& out_of_space);

/// Whether files can be written there now, and as many bytes as its write-ahead log has and some more.
status has_room(const database_place& place);

/// As `open_rocksdb_store`.
result<std::unique_ptr<store>> open_rocksdb_store_at(const database_place& place, open_mode mode);

} // namespace enclaved::store
