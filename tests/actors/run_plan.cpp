#include "actors/run_plan.hpp"

#include <catch2/catch.hpp>

using namespace enclaved;

namespace {

std::size_t index_of(std::string_view name) {
  for (std::size_t i = 0; i < limits_count; ++i)
    if (limit_rows()[i].name == name) return i;
  FAIL("no such limit");
  return 0;
}

wire::session_options asking(std::string_view limit, std::uint64_t value) {
  wire::session_options options;
  options.limits[index_of(limit)] = value;
  return options;
}

} // namespace

TEST_CASE("a run that names no limits has its level's") {
  const session_settings here;
  const auto plan = plan_session(here, {}, {});
  REQUIRE(plan);
  CHECK(plan->level == security_level::standard);
  CHECK(plan->limits.timeout_ms == 30'000);
}

TEST_CASE("a limit may be tightened and not loosened, and the error names the ceiling") {
  const session_settings here;
  CHECK(plan_session(here, {}, asking("timeout_ms", 1'000))->limits.timeout_ms == 1'000);
  const auto more = plan_session(here, {}, asking("timeout_ms", 30'001));
  REQUIRE_FALSE(more);
  CHECK(more.problem().code == error_code::invalid_request);
  CHECK(more.problem().message.find("30000") != std::string::npos);
}

TEST_CASE("a limit of zero is an error where nothing is unlimited") {
  const session_settings here;
  CHECK_FALSE(plan_session(here, {}, asking("timeout_ms", 0)));
  CHECK(plan_session(here, {}, asking("tool_timeout_ms", 0)));
  CHECK(plan_session(here, {}, asking("deadline_ms", 86'400'000)));
}

TEST_CASE("what a session tightened its runs cannot loosen") {
  const session_settings here;
  const auto session = plan_session(here, {}, asking("tool_calls", 5));
  REQUIRE(session);
  CHECK_FALSE(plan_run(here, *session, asking("tool_calls", 6)));
  CHECK(plan_run(here, *session, asking("tool_calls", 4))->limits.tool_calls == 4);
}

TEST_CASE("a run may use what its level allows beyond the session's defaults") {
  const session_settings here;
  const auto session = plan_session(here, {}, {});
  CHECK(plan_run(here, *session, asking("tool_timeout_ms", 60'000)));
}

TEST_CASE("no level gets around the ceilings of server and token") {
  session_settings here;
  wire::principal who;
  wire::session_options options;
  options.security = security_level::permissive;
  CHECK(plan_session(here, who, options));
  who.security_max = security_level::secure;
  CHECK_FALSE(plan_session(here, who, options));
  CHECK(plan_session(here, who, {})->level == security_level::secure);
  here.level_max = security_level::strict;
  CHECK(plan_session(here, who, {})->level == security_level::strict);
}

TEST_CASE("a stricter run in a looser session has the stricter level's limits") {
  const session_settings here;
  const auto session = plan_session(here, {}, {});
  wire::session_options options;
  options.security = security_level::strict;
  const auto run = plan_run(here, *session, options);
  REQUIRE(run);
  CHECK(run->limits.timeout_ms == 5'000);
  CHECK(run->limits.iterations == 10'000);
  options.security = security_level::permissive;
  CHECK_FALSE(plan_run(here, *session, options));
}
