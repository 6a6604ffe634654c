// What a failure of the database means to whoever must go on: wait, or stop acknowledging.
#pragma once

#include "base/error.hpp"

#include <rocksdb/status.h>
#include <string_view>

namespace enclaved::store {

/// `unavailable` where waiting can help (no space, no descriptors, a file system that may not be written), with what to
/// do about it. Everything else is `internal`: a failed sync, a broken disk or damage, after which nothing that was
/// written can be relied on before the store has been opened again.
error failure(std::string_view what, const rocksdb::Status& why);

/// Whether it is for want of room on the disk.
bool is_lack_of_space(const rocksdb::Status& why);

} // namespace enclaved::store
