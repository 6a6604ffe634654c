// What a thrown value says about how a run ended: outcome, message, place, stack and details.
#pragma once

#include "base/outcome.hpp"
#include "engine/outbox.hpp"

#include <duktape.h>
#include <string_view>

namespace enclaved::engine {

struct execution;

/// The name of the file that a user's script is compiled as; all other functions are ours.
inline constexpr char script_file[] = "script";

struct failure {
  outcome how = outcome::ok;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::string_view message; ///< in the outbox it was written to
  std::string_view stack;
  std::string_view details;
};

/// Whether the value was thrown by the compiler or by running code.
enum class thrown_by : std::uint8_t { compiler, script };

/// Looks at the thrown value on the stack's top and appends what it says. Its getters may run: needs a protected call
/// and the budget armed. The stack goes beyond the user's own frames when the execution wants all of it.
void describe_failure(duk_context* ctx, thrown_by whom, const execution& of, outbox& out, failure& result);

/// Appends the frames of an error, a line each; `all` with those of built-in functions, which have no place.
enum class frames : std::uint8_t { of_the_user, all };
void write_stack(duk_context* ctx, duk_idx_t error, frames which, outbox& out);

/// The getter that Error.prototype.stack gets: the same text that a run's failure shows.
duk_ret_t error_stack(duk_context* ctx);

} // namespace enclaved::engine
