// Whether a write-ahead log has anything behind the place where it stops being readable.
//
// A log that was torn while it was written ends in the middle of a record. RocksDB takes a record whose length field is
// damaged for such an end, when it lies in the log's last block, and drops whole records that stand behind it. They can
// be found: their checksums fit.
#pragma once

#include "base/result.hpp"

#include <string>

namespace enclaved::store {

/// Of all logs in a database's folder; the error says which one is damaged.
status check_logs(const std::string& folder);

} // namespace enclaved::store
