// How the database is set up; each choice with its reason.
#pragma once

#include "store/database.hpp"

#include <rocksdb/options.h>

namespace enclaved::store {

rocksdb::Options options_for(const database_place& place, open_mode mode);

} // namespace enclaved::store
