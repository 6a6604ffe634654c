// From what a client asks for to what a run may have: level, limits and tools, each at most what is allowed here.
#pragma once

#include "actors/settings.hpp"
#include "base/result.hpp"
#include "wire/service.hpp"

namespace enclaved {

/// What a run may use, or the runs of a session.
struct run_plan {
  security_level level = security_level::standard;
  run_limits limits{};   ///< of a run that asks for nothing else
  run_limits ceilings{}; ///< the most that it may ask for
};

/// The ceiling of a tenant on this server.
security_level ceiling_of(const session_settings& here, const wire::principal& who);

/// Whether `inputs` may enter a heap with these limits.
status admits_inputs(const run_limits& limits, std::string_view inputs);

/// Whether a runtime here carries all these labels.
status serves_labels(const session_settings& here, const wire::label_list& wanted);

/// The plan of a session, or of a run that creates one.
result<run_plan> plan_session(const session_settings& here, const wire::principal& who,
                              const wire::session_options& asked);
/// The plan of a run inside a session that has one; it can only be tighter.
result<run_plan> plan_run(const session_settings& here, const run_plan& session, const wire::session_options& asked);

} // namespace enclaved
