// The elements of typed arrays: numbers in bytes.
#pragma once

#include "engine/duktape/inside.h"

#include <cstdint>

namespace enclaved::engine {

double element_of(const unsigned char* at, enclaved_element type);
void put_element(unsigned char* at, enclaved_element type, double number);

inline double element_of(const enclaved_view& view, std::uint32_t index) {
  return element_of(view.bytes + (std::size_t{index} << view.shift), view.element);
}
inline void put_element(const enclaved_view& view, std::uint32_t index, double number) {
  put_element(view.bytes + (std::size_t{index} << view.shift), view.element, number);
}

/// ToUint32.
std::uint32_t wrapped(double number);

} // namespace enclaved::engine
