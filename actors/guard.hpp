// What every long-lived actor of ours does about messages it does not expect. CAF's defaults end the sender or answer
// with an error that ends somebody else.
#pragma once

#include "base/log.hpp"

#include <caf/message.hpp>
#include <caf/result.hpp>
#include <caf/type_erased_tuple.hpp>
#include <exception>

namespace enclaved {

/// An unexpected message, error or exception is logged and dropped; the actor lives on.
template <class Self>
void guard(Self* self, const char* who) {
  self->set_default_handler([who](caf::scheduled_actor*, caf::message_view&) -> caf::result<caf::message> {
    log::warn("actor dropped an unexpected message", {{"actor", who}});
    return caf::message{};
  });
  self->set_error_handler([who](caf::scheduled_actor*, caf::error& what) {
    log::warn("actor received an error", {{"actor", who}, {"error", static_cast<int>(what.code())}});
  });
  self->set_exception_handler([who](caf::scheduled_actor*, std::exception_ptr& what) -> caf::error {
    try {
      std::rethrow_exception(what);
    } catch (const std::exception& problem) {
      log::error("actor survived an exception", {{"actor", who}, {"what", problem.what()}});
    } catch (...) {
      log::error("actor survived an exception", {{"actor", who}});
    }
    return {};
  });
}

} // namespace enclaved
