#include "actors/history.hpp"

#include <algorithm>

namespace enclaved {

std::uint64_t history::append(event what) {
  const auto size = size_of(what);
  bytes_ += size;
  bytes_in_memory_ += size;
  events_.push_back(std::move(what));
  return last();
}

void history::leave_memory(std::size_t bytes, std::uint64_t needed) {
  while (bytes_in_memory_ > bytes && !events_.empty() && first_in_memory_ < needed) {
    bytes_in_memory_ -= size_of(events_.front());
    events_.pop_front();
    ++first_in_memory_;
  }
}

void history::forget_below(std::uint64_t first, std::uint32_t execution, std::size_t bytes) {
  first_ = std::max(first_, first);
  leave_memory(0, first_);
  bytes_ -= std::min(bytes, bytes_);
  if (execution <= first_execution_) return;
  const auto gone = std::min<std::size_t>(execution - first_execution_, executions_.size());
  executions_.erase(executions_.begin(), executions_.begin() + static_cast<std::ptrdiff_t>(gone));
  first_execution_ += static_cast<std::uint32_t>(gone);
}

void history::begin_at(std::uint64_t first, std::uint32_t execution) {
  *this = history();
  first_ = first_in_memory_ = first;
  first_execution_ = execution;
}

std::uint32_t history::add_execution(std::string id) {
  executions_.push_back(std::move(id));
  return executions();
}

std::string_view history::execution(std::uint32_t number) const {
  if (number < first_execution_ || number > executions()) return {};
  return executions_[number - first_execution_];
}

bool history::knows_execution(std::string_view id) const {
  return std::find(executions_.rbegin(), executions_.rend(), id) != executions_.rend();
}

} // namespace enclaved
