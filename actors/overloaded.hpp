// One visitor made of several functions, for std::visit.
#pragma once

namespace enclaved {

template <class... Handlers>
struct overloaded : Handlers... {
  using Handlers::operator()...;
};

} // namespace enclaved
