// Which notes name sessions, and which (FORMAT.md).
#pragma once

#include "store/store.hpp"

#include <optional>
#include <string_view>

namespace enclaved::store {

struct named_session {
  bool well_formed = true;
  std::optional<session_number> session = std::nullopt; ///< none: it names none
};
named_session session_named_by(std::string_view note, std::string_view body);

} // namespace enclaved::store
