// What every store promises.
#include "store/store.hpp"

#include "folder.hpp"

#include <catch2/catch.hpp>

using namespace enclaved::store;
using kind = change::kind;

namespace {

std::unique_ptr<store> opened(const std::string& where, open_mode mode = open_mode::read_write) {
  auto one = open_rocksdb_store(where, mode);
  REQUIRE(one);
  return std::move(*one);
}

std::vector<std::uint64_t> numbers(const pieces& of) {
  std::vector<std::uint64_t> all;
  for (const auto& one : of) all.push_back(one.number);
  return all;
}

change entry(session_number of, std::uint64_t number, std::string body) {
  return {kind::append, of, number, {}, std::move(body)};
}

struct both {
  test::folder in;
  std::unique_ptr<store> one;
  explicit both(bool on_disk) : one(on_disk ? opened(in.at("store")) : make_memory_store()) {}
};

} // namespace

TEST_CASE("entries come back in their order, from where they are asked for") {
  both at(GENERATE(false, true));
  REQUIRE(at.one->write({entry(7, 1, "a"), entry(7, 2, "b"), entry(7, 300, "c"), entry(8, 1, "other")}));
  CHECK(numbers(*at.one->entries(7, 1, 1000)) == std::vector<std::uint64_t>{1, 2, 300});
  CHECK(numbers(*at.one->entries(7, 2, 1000)) == std::vector<std::uint64_t>{2, 300});
  CHECK(at.one->entries(7, 300, 1000)->front().body == "c");
  CHECK(at.one->entries(7, 301, 1000)->empty());
  CHECK(at.one->entries(9, 1, 1000)->empty());
}

TEST_CASE("as many entries are read as are asked for, and at least one") {
  both at(GENERATE(false, true));
  REQUIRE(at.one->write({entry(1, 1, "12345"), entry(1, 2, "12345"), entry(1, 3, "12345")}));
  CHECK(at.one->entries(1, 1, 1)->size() == 1);
  CHECK(at.one->entries(1, 1, 6)->size() == 2);
}

TEST_CASE("the last session's entries have an end, too") {
  both at(GENERATE(false, true));
  REQUIRE(at.one->write({entry(255, 1, "a"), entry(256, 1, "b"), {kind::put_head, 255, 0, {}, "h"}}));
  CHECK(at.one->entries(255, 1, 1000)->size() == 1);
}

TEST_CASE("trimming takes the oldest entries away") {
  both at(GENERATE(false, true));
  REQUIRE(at.one->write({entry(1, 1, "a"), entry(1, 2, "b"), entry(1, 3, "c"), entry(2, 1, "other")}));
  REQUIRE(at.one->write({{kind::trim, 1, 3}}));
  CHECK(numbers(*at.one->entries(1, 1, 1000)) == std::vector<std::uint64_t>{3});
  CHECK(at.one->entries(2, 1, 1000)->size() == 1);
}

TEST_CASE("a session that is removed leaves nothing") {
  both at(GENERATE(false, true));
  REQUIRE(at.one->write({entry(1, 1, "a"), {kind::put_head, 1, 0, {}, "h"}, {kind::put_head, 2, 0, {}, "i"}}));
  REQUIRE(at.one->write({{kind::remove, 1}}));
  CHECK(at.one->entries(1, 1, 1000)->empty());
  CHECK(!*at.one->head(1));
  CHECK(numbers(*at.one->heads(0, 10)) == std::vector<std::uint64_t>{2});
}

TEST_CASE("heads are listed page by page") {
  both at(GENERATE(false, true));
  for (session_number i = 1; i <= 5; ++i) REQUIRE(at.one->write({{kind::put_head, i, 0, {}, std::to_string(i)}}));
  CHECK(numbers(*at.one->heads(0, 2)) == std::vector<std::uint64_t>{1, 2});
  CHECK(numbers(*at.one->heads(2, 2)) == std::vector<std::uint64_t>{3, 4});
  CHECK(numbers(*at.one->heads(4, 2)) == std::vector<std::uint64_t>{5});
  CHECK((*at.one->head(3))->body == "3");
}

TEST_CASE("notes are found by name and by how their names begin") {
  both at(GENERATE(false, true));
  REQUIRE(at.one->write({{kind::put_note, 0, 0, "key/a", "1"},
                         {kind::put_note, 0, 0, "key/b", "2"},
                         {kind::put_note, 0, 0, "other", "3"}}));
  CHECK((*at.one->note("key/b"))->body == "2");
  CHECK(!*at.one->note("key/c"));
  CHECK(at.one->notes("key/", "", 10)->size() == 2);
  CHECK(at.one->notes("key/", "key/a", 10)->front().name == "key/b");
  REQUIRE(at.one->write({{kind::remove_note, 0, 0, "key/a"}}));
  CHECK(at.one->notes("key/", "", 10)->size() == 1);
}

TEST_CASE("what was written is there after opening again, and in a backup") {
  test::folder in;
  {
    const auto first = opened(in.at("store"));
    REQUIRE(first->write({entry(1, 1, "a"), {kind::put_head, 1, 0, {}, "h"}}));
    REQUIRE(first->backup(in.at("copy")));
    REQUIRE(first->write({entry(1, 2, "b")}));
    CHECK(!open_rocksdb_store(in.at("store"), open_mode::read_write)); // somebody writes already
  }
  CHECK(opened(in.at("store"))->entries(1, 1, 1000)->size() == 2);
  CHECK(opened(in.at("copy"))->entries(1, 1, 1000)->size() == 1);
}

TEST_CASE("a store in memory says that it cannot be copied") { CHECK(!make_memory_store()->backup("/nowhere")); }
