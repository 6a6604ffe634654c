#include "actors/journal.hpp"

#include <algorithm>

namespace enclaved {

bool journal::knows_execution(std::string_view id) const {
  return std::find(executions_.rbegin(), executions_.rend(), id) != executions_.rend();
}

} // namespace enclaved
