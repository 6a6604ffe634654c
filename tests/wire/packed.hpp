// MessagePack written as JSON, which is how tests read best.
#pragma once

#include "wire/json.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <string_view>

namespace enclaved::tests {

inline std::string packed(std::string_view json) {
  auto value = wire::from_json(json);
  REQUIRE(value);
  return *value;
}

inline std::string as_json(std::string_view value) {
  auto text = wire::to_json(value);
  REQUIRE(text);
  return *text;
}

} // namespace enclaved::tests
