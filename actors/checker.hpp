// Answers one `check`: a worker parses the script, nothing runs. It looks like a session to the balancer and the
// runtime.
#pragma once

#include "actors/messages.hpp"

#include <caf/typed_event_based_actor.hpp>

namespace enclaved {

session_actor::behavior_type checker(session_actor::pointer self, balancer_actor balancer, client_request request,
                                     std::string tenant);

} // namespace enclaved
