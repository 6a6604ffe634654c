// A value, or the error that a caller is told. Errors are values here: exceptions stay inside the libraries that throw
// them.
#pragma once

#include "base/error.hpp"

#include <cassert>
#include <utility>
#include <variant>

namespace enclaved {

template <class T>
class [[nodiscard]] result {
public:
  result(T value) : state_(std::move(value)) {}
  result(error problem) : state_(std::move(problem)) {}

  explicit operator bool() const { return state_.index() == 0; }
  T& operator*() { return std::get<0>(state_); }
  const T& operator*() const { return std::get<0>(state_); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }
  const error& problem() const { return std::get<1>(state_); }

private:
  std::variant<T, error> state_;
};

/// Success without a value, or an error.
struct done {};
using status = result<done>;

} // namespace enclaved
