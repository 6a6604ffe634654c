// What JSON.parse says of a text that is none: the sentences that people and models know from other engines.
#pragma once

#include <cstddef>
#include <duktape.h>
#include <string_view>

namespace enclaved::engine {

enum class json_fault {
  unexpected_end,
  unexpected_token,
  unexpected_number,
  unexpected_string,
  property_name,
  quoted_name,
  comma_in_object,
  comma_in_array,
  colon,
  open_string,
  control_character,
  bad_escape,
  bad_unicode_escape,
  bare_minus,
  open_fraction,
  open_exponent,
  trailing,
  too_deep,
};

/// Throws a SyntaxError; `at` is the byte of the text that does not fit.
[[noreturn]] void refuse_json(duk_context* ctx, std::string_view text, std::size_t at, json_fault what);

} // namespace enclaved::engine
