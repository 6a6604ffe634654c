// Text at the boundary of a heap. Duktape keeps strings as CESU-8 (a character beyond U+FFFF is two surrogates of three
// bytes each, and a surrogate may stand alone); everything outside is UTF-8.
#pragma once

#include "engine/outbox.hpp"

#include <string_view>

namespace enclaved::engine {

/// True when Duktape would keep the text in the same bytes.
bool fits_as_is(std::string_view utf8);
/// Well-formed UTF-8 as CESU-8. The bytes are appended; false when the outbox is full.
bool write_cesu8(outbox& out, std::string_view utf8);
/// Whatever a heap holds as UTF-8; what is no character becomes U+FFFD. The bytes are appended.
bool write_utf8(outbox& out, std::string_view cesu8);

} // namespace enclaved::engine
