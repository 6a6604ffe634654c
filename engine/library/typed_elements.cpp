#include "engine/library/typed_elements.hpp"

#include <cmath>
#include <cstring>

namespace enclaved::engine {

namespace {

template <class Type>
double read(const unsigned char* at) {
  Type value{};
  std::memcpy(&value, at, sizeof value);
  return static_cast<double>(value);
}

template <class Type>
void write(unsigned char* at, Type value) {
  std::memcpy(at, &value, sizeof value);
}

/// To the nearest, a half to the even one.
std::uint8_t clamped(double number) {
  if (!(number > 0)) return 0;
  return number >= 255 ? 255 : static_cast<std::uint8_t>(std::nearbyint(number));
}

} // namespace

std::uint32_t wrapped(double number) {
  if (number >= 0 && number <= 4294967295.0) return static_cast<std::uint32_t>(number);
  if (!std::isfinite(number)) return 0;
  const double rest = std::fmod(std::trunc(number), 4294967296.0);
  return static_cast<std::uint32_t>(static_cast<std::int64_t>(rest));
}

double element_of(const unsigned char* at, enclaved_element type) {
  switch (type) {
  case ENCLAVED_INT8: return read<std::int8_t>(at);
  case ENCLAVED_INT16: return read<std::int16_t>(at);
  case ENCLAVED_UINT16: return read<std::uint16_t>(at);
  case ENCLAVED_INT32: return read<std::int32_t>(at);
  case ENCLAVED_UINT32: return read<std::uint32_t>(at);
  case ENCLAVED_FLOAT32: return read<float>(at);
  case ENCLAVED_FLOAT64: return read<double>(at);
  default: return read<std::uint8_t>(at);
  }
}

void put_element(unsigned char* at, enclaved_element type, double number) {
  switch (type) {
  case ENCLAVED_INT16:
  case ENCLAVED_UINT16: return write(at, static_cast<std::uint16_t>(wrapped(number)));
  case ENCLAVED_INT32:
  case ENCLAVED_UINT32: return write(at, wrapped(number));
  case ENCLAVED_FLOAT32: return write(at, static_cast<float>(number));
  case ENCLAVED_FLOAT64: return write(at, number);
  case ENCLAVED_UINT8_CLAMPED: return write(at, clamped(number));
  default: return write(at, static_cast<std::uint8_t>(wrapped(number)));
  }
}

} // namespace enclaved::engine
