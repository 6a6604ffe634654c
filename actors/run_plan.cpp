#include "actors/run_plan.hpp"

#include "base/pack.hpp"
#include "wire/values.hpp"

#include <algorithm>

namespace enclaved {

namespace {

/// 0 means "no limit" where a limit can be unlimited.
bool exceeds(const limit_row& limit, std::uint64_t wanted, std::uint64_t most) {
  if (!limit.zero_is_unlimited) return wanted > most;
  return most != 0 && (wanted == 0 || wanted > most);
}

status tighten(run_plan& plan, const wire::limit_overrides& asked) {
  for (std::size_t i = 0; i < limits_count; ++i) {
    if (!asked[i]) continue;
    const auto& limit = limit_rows()[i];
    const auto wanted = *asked[i];
    const auto most = plan.ceilings.*limit.field;
    const auto name = "limits." + std::string(limit.name);
    if (wanted == 0 && !limit.zero_is_unlimited) return invalid_request(name + " must be at least 1");
    if (limit.field == &run_limits::memory_bytes && wanted < bounds::heap_bytes_min)
      return invalid_request(name + " must be at least " + std::to_string(bounds::heap_bytes_min));
    if (exceeds(limit, wanted, most)) return invalid_request(name + " is at most " + std::to_string(most) + " here");
    plan.limits.*limit.field = wanted;
    plan.ceilings.*limit.field = wanted;
  }
  return done{};
}

status allow_level(security_level asked, security_level most) {
  if (asked <= most) return done{};
  return invalid_request("security is at most \"" + std::string(name(most)) + "\" here");
}

} // namespace

security_level ceiling_of(const session_settings& here, const wire::principal& who) {
  return std::min(here.level_max, who.security_max);
}

status admits_inputs(const run_limits& limits, std::string_view inputs) {
  if (inputs.empty()) return done{};
  pack::reader from(inputs);
  wire::value_extent size;
  if (const auto defect = wire::step_over_value(from, &size); defect != wire::value_defect::none)
    return invalid_request("inputs must " + std::string(wire::expectation(defect)));
  const auto over = [](std::string_view what, std::uint64_t is, std::string_view limit, std::uint64_t most) {
    return error{error_code::too_large, "inputs " + std::string(what) + " " + std::to_string(is) + ", more than " +
                                            std::string(limit) + " = " + std::to_string(most) + "; raise limits." +
                                            std::string(limit)};
  };
  if (size.depth > limits.value_depth) return over("nest", size.depth, "value_depth", limits.value_depth);
  if (size.entries > limits.value_properties)
    return over("have entries in all:", size.entries, "value_properties", limits.value_properties);
  return done{};
}

status serves_labels(const session_settings& here, const wire::label_list& wanted) {
  for (const auto& label : wanted)
    if (std::find(here.labels.begin(), here.labels.end(), label) == here.labels.end())
      return error{error_code::unavailable, "no runtime carries the label " + label.first + "=" + label.second};
  return done{};
}

result<run_plan> plan_session(const session_settings& here, const wire::principal& who,
                              const wire::session_options& asked) {
  const auto most = ceiling_of(here, who);
  run_plan plan;
  plan.level = asked.security.value_or(std::min(here.level, most));
  if (auto allowed = allow_level(plan.level, most); !allowed) return allowed.problem();
  const auto& level = here.levels[static_cast<std::size_t>(plan.level)];
  plan.limits = level.defaults;
  plan.ceilings = level.ceilings;
  if (auto tighter = tighten(plan, asked.limits); !tighter) return tighter.problem();
  return plan;
}

result<run_plan> plan_run(const session_settings& here, const run_plan& session, const wire::session_options& asked) {
  run_plan plan = session;
  if (asked.security && *asked.security != session.level) {
    plan.level = *asked.security;
    if (auto allowed = allow_level(plan.level, session.level); !allowed) return allowed.problem();
    const auto& level = here.levels[static_cast<std::size_t>(plan.level)];
    for (const auto& limit : limit_rows()) {
      auto& most = plan.ceilings.*limit.field;
      if (exceeds(limit, most, level.ceilings.*limit.field)) most = level.ceilings.*limit.field;
      auto& usual = plan.limits.*limit.field;
      if (exceeds(limit, usual, level.defaults.*limit.field)) usual = level.defaults.*limit.field;
    }
  }
  if (auto tighter = tighten(plan, asked.limits); !tighter) return tighter.problem();
  return plan;
}

} // namespace enclaved
