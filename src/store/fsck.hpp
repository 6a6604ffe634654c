// Looks at everything in a store and says what is wrong with it. It changes nothing.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace enclaved::store {

struct census {
  std::uint64_t sessions = 0; ///< that have a head
  std::uint64_t entries = 0;
  std::uint64_t notes = 0;
  std::uint64_t findings = 0;
};

/// A line for each finding, without its end. It names sessions by their numbers, and what it quotes is escaped.
using finding_sink = std::function<void(std::string_view line)>;

/// Of the database in `folder`, which nobody may write to meanwhile. One that cannot be opened is a finding too; an
/// error is that the folder is in use or is none.
result<census> check_store(const std::string& folder, const finding_sink& tell);

} // namespace enclaved::store
