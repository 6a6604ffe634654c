#include "base/level_limits.hpp"

#include <catch2/catch.hpp>

using namespace enclaved;

namespace {

const limit_row& limit_named(std::string_view name) {
  for (const auto& one : limit_rows())
    if (one.name == name) return one;
  FAIL("no such limit");
  return limit_rows().front();
}

level_table with(std::string_view name, std::uint64_t value, security_level level = security_level::standard) {
  auto levels = default_levels();
  override_limit(levels, level, limit_named(name), value);
  return levels;
}

const level_limits& at(const level_table& levels, security_level level) {
  return levels[static_cast<std::size_t>(level)];
}

} // namespace

TEST_CASE("without a word the levels have their own numbers, and waits have no ceiling") {
  const auto levels = default_levels();
  for (std::size_t i = 0; i < security_levels; ++i) {
    const auto& own = row(static_cast<security_level>(i));
    CHECK(levels[i].defaults.timeout_ms == own.limits.timeout_ms);
    CHECK(levels[i].ceilings.timeout_ms == own.limits.timeout_ms);
    CHECK(levels[i].defaults.tool_timeout_ms == 30'000);
    CHECK(levels[i].ceilings.tool_timeout_ms == 0);
    CHECK(levels[i].ceilings.deadline_ms == 0);
    CHECK(levels[i].messages_per_second == own.messages_per_second);
  }
}

TEST_CASE("a smaller number of the operator holds for every level that gave more") {
  const auto levels = with("timeout_ms", 10'000);
  CHECK(at(levels, security_level::strict).defaults.timeout_ms == 5'000);
  CHECK(at(levels, security_level::secure).defaults.timeout_ms == 10'000);
  CHECK(at(levels, security_level::standard).ceilings.timeout_ms == 10'000);
  CHECK(at(levels, security_level::permissive).ceilings.timeout_ms == 10'000);
}

TEST_CASE("a larger number of the operator raises the default level and looser ones, never a stricter one") {
  const auto levels = with("timeout_ms", 600'000);
  CHECK(at(levels, security_level::strict).defaults.timeout_ms == 5'000);
  CHECK(at(levels, security_level::secure).ceilings.timeout_ms == 15'000);
  CHECK(at(levels, security_level::standard).defaults.timeout_ms == 600'000);
  CHECK(at(levels, security_level::permissive).defaults.timeout_ms == 600'000);
}

TEST_CASE("where 0 means no limit, it is looser than any number") {
  const auto lifted = with("iterations", 0);
  CHECK(at(lifted, security_level::strict).defaults.iterations == 10'000);
  CHECK(at(lifted, security_level::permissive).ceilings.iterations == 0);
  const auto limited = with("iterations", 50'000);
  CHECK(at(limited, security_level::strict).defaults.iterations == 10'000);
  CHECK(at(limited, security_level::secure).defaults.iterations == 50'000);
  CHECK(at(limited, security_level::permissive).ceilings.iterations == 50'000);
}

TEST_CASE("a configured wait is a ceiling as well as a default") {
  const auto levels = with("tool_timeout_ms", 5'000);
  for (const auto& one : levels) {
    CHECK(one.defaults.tool_timeout_ms == 5'000);
    CHECK(one.ceilings.tool_timeout_ms == 5'000);
  }
}

TEST_CASE("whatever an operator says, a stricter level never gives more than a looser one, and no default is over its "
          "ceiling") {
  const auto no_more = [](std::uint64_t a, std::uint64_t b, bool zero_is_unlimited) {
    return zero_is_unlimited && (b == 0 || a == 0) ? b == 0 : a <= b;
  };
  for (const auto& limit : limit_rows())
    for (const std::uint64_t value : {0ULL, 1ULL, 5'000ULL, 1'000'000ULL, 1'000'000'000ULL})
      for (std::size_t level = 0; level < security_levels; ++level) {
        auto levels = default_levels();
        override_limit(levels, static_cast<security_level>(level), limit, value);
        INFO(limit.name << ' ' << value << ' ' << level);
        for (std::size_t i = 0; i < security_levels; ++i) {
          CHECK(no_more(levels[i].defaults.*limit.field, levels[i].ceilings.*limit.field, limit.zero_is_unlimited));
          if (i > 0)
            CHECK(
                no_more(levels[i - 1].ceilings.*limit.field, levels[i].ceilings.*limit.field, limit.zero_is_unlimited));
        }
      }
}

TEST_CASE("the rate of messages follows the same rule") {
  auto levels = default_levels();
  override_messages(levels, security_level::standard, 300);
  CHECK(levels[0].messages_per_second == 100);
  CHECK(levels[1].messages_per_second == 300);
  CHECK(levels[3].messages_per_second == 300);
}
