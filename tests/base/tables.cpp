#include "base/error.hpp"
#include "base/limits.hpp"
#include "base/outcome.hpp"
#include "base/result.hpp"

#include <catch2/catch.hpp>
#include <set>
#include <string>

using namespace enclaved;

namespace {

bool is_code(std::string_view name) {
  return !name.empty() && name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == std::string_view::npos;
}

bool is_sentence(std::string_view text) { return text.size() > 10 && text.ends_with('.'); }

} // namespace

TEST_CASE("every error has a name, a reaction and a sentence for both sides") {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < error_codes; ++i) {
    const auto& it = row(static_cast<error_code>(i));
    CAPTURE(it.name);
    CHECK(is_code(it.name));
    CHECK(is_sentence(it.for_client));
    CHECK(is_sentence(it.for_operator));
    names.insert(it.name);
  }
  CHECK(names.size() == error_codes);
  CHECK(row(error_code::overloaded).what_to_do == reaction::retry_later);
  CHECK(row(error_code::slow_consumer).what_to_do == reaction::reconnect);
}

TEST_CASE("every outcome has a name and a sentence, and none is also an error's name") {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < error_codes; ++i) names.insert(row(static_cast<error_code>(i)).name);
  const auto errors = names.size();
  for (std::size_t i = 0; i < outcomes; ++i) {
    const auto& it = row(static_cast<outcome>(i));
    CAPTURE(it.name);
    CHECK(it.how == static_cast<outcome>(i));
    CHECK(is_code(it.name));
    CHECK(is_sentence(it.meaning));
    names.insert(it.name);
  }
  CHECK(names.size() == errors + outcomes);
}

TEST_CASE("a looser level never gives less") {
  for (std::size_t i = 1; i < security_levels; ++i) {
    const auto& strict = row(static_cast<security_level>(i - 1));
    const auto& loose = row(static_cast<security_level>(i));
    CHECK(strict.messages_per_second <= loose.messages_per_second);
    for (const auto& it : limit_rows()) {
      CAPTURE(it.name);
      const auto tight = strict.limits.*it.field, wide = loose.limits.*it.field;
      const bool unlimited = it.zero_is_unlimited && wide == 0;
      CHECK((unlimited || tight <= wide));
      CHECK((it.zero_is_unlimited || tight > 0));
    }
  }
}

TEST_CASE("levels are found by their names and by no others") {
  for (std::size_t i = 0; i < security_levels; ++i)
    CHECK(level_named(name(static_cast<security_level>(i))) == static_cast<security_level>(i));
  CHECK_FALSE(level_named("Strict"));
  CHECK_FALSE(level_named(""));
}

TEST_CASE("the levels are those of the design") {
  const auto& strict = row(security_level::strict).limits;
  CHECK(strict.timeout_ms == 5'000);
  CHECK(strict.tool_calls == 10);
  CHECK(strict.iterations == 10'000);
  CHECK(strict.memory_bytes == 64 * bounds::mib);
  CHECK(row(security_level::secure).limits.output_bytes == 256 * bounds::kib);
  CHECK(row(security_level::standard).limits.iterations == 0);
  CHECK(row(security_level::permissive).limits.value_properties == 1'000'000);
  CHECK(row(security_level::permissive).messages_per_second == 5'000);
}

TEST_CASE("a result is a value or an error") {
  const auto half = [](int number) -> result<int> {
    if (number % 2 != 0) return invalid_request("odd");
    return number / 2;
  };
  REQUIRE(half(4));
  CHECK(*half(4) == 2);
  REQUIRE_FALSE(half(3));
  CHECK(half(3).problem().message == "odd");
  CHECK(half(3).problem().code == error_code::invalid_request);
}
