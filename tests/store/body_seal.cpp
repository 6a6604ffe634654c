#include "store/body_seal.hpp"

#include <catch2/catch.hpp>

using namespace enclaved::store;

TEST_CASE("the checksum is CRC-32C") { CHECK(checksum("123456789") == 0xe3069283); }

TEST_CASE("a checksum of two parts is that of the whole") { CHECK(checksum("6789", checksum("12345")) == 0xe3069283); }

TEST_CASE("a sealed body comes back under its own key only") {
  const auto bytes = sealed("key", "body");
  CHECK(unsealed("key", bytes) == "body");
  CHECK(!unsealed("kez", bytes));
  CHECK(unsealed("key", sealed("key", "")) == "");
}

TEST_CASE("a flipped bit anywhere is noticed") {
  const auto good = sealed("key", "body");
  for (std::size_t at = 0; at < good.size() * 8; ++at) {
    auto bad = good;
    bad[at / 8] = static_cast<char>(bad[at / 8] ^ (1 << (at % 8)));
    CHECK(!unsealed("key", bad));
  }
}

TEST_CASE("a sealed body that is cut off is noticed") {
  const auto good = sealed("key", "body");
  for (std::size_t length = 0; length < good.size(); ++length) CHECK(!unsealed("key", good.substr(0, length)));
}
