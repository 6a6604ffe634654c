#include "engine/slots.hpp"

#include "base/bounds.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <iterator>
#include <map>
#include <random>

using namespace enclaved;
using namespace enclaved::engine;

TEST_CASE("a slot wastes at most an eighth of what was asked for, or is of the smallest class") {
  for (std::size_t bytes = 1; bytes < 300'000; bytes += 1 + bytes / 50) {
    slots some(bounds::gib);
    const auto got = some.take(bytes);
    CHECK(got.bytes == bytes);
    const auto used = some.high_water();
    CHECK(used >= bytes);
    CHECK(used <= std::max<std::size_t>(1024, bytes + bytes / 8));
  }
}

TEST_CASE("a released slot is the next one taken of its size") {
  slots some(bounds::mib);
  const auto first = some.take(5'000);
  const auto second = some.take(5'000);
  CHECK(first.offset != second.offset);
  CHECK(some.release(first));
  CHECK(some.take(4'990).offset == first.offset);
  CHECK(some.release(second));
  CHECK_FALSE(some.release(second));
  CHECK_FALSE(some.release({12'345, 1}));
}

TEST_CASE("a full range has no slot until one is released, and starts anew when it is reset") {
  slots some(4'096);
  CHECK(some.take(4'097).bytes == 0);
  const auto whole = some.take(4'096);
  CHECK(whole.bytes == 4'096);
  CHECK(some.take(1).bytes == 0);
  CHECK(some.release(whole));
  CHECK(some.empty());
  CHECK(some.take(1).bytes == 0); // the range belongs to another class until it is reset
  some.reset();
  CHECK(some.take(1).bytes == 1);
}

TEST_CASE("taken slots lie inside and never overlap, whatever the order of taking and releasing") {
  const auto seed = Catch::rngSeed();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  constexpr std::size_t capacity = 2 * bounds::mib;
  slots some(capacity);
  std::map<std::uint64_t, std::uint64_t> taken; // offset → bytes
  for (int step = 0; step < 20'000; ++step) {
    if (taken.empty() || random() % 100 < 52) {
      const auto got = some.take(1 + random() % 60'000);
      if (got.bytes == 0) continue;
      const auto after = taken.lower_bound(got.offset);
      const bool apart = (after == taken.end() || got.offset + got.bytes <= after->first) &&
                         (after == taken.begin() || std::prev(after)->first + std::prev(after)->second <= got.offset);
      if (!apart || got.offset + got.bytes > capacity) FAIL("step " << step << ": a slot lies over another or outside");
      taken.emplace(got.offset, got.bytes);
    } else {
      const auto which = std::next(taken.begin(), static_cast<std::ptrdiff_t>(random() % taken.size()));
      if (!some.release({which->first, which->second})) FAIL("step " << step << ": a taken slot is unknown");
      taken.erase(which);
    }
    if (some.empty() != taken.empty()) FAIL("step " << step << ": it is empty for one of us only");
    if (taken.empty()) some.reset();
  }
}
