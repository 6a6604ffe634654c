// What an examination of a store finds, and what it does not complain of.
#include "store/fsck.hpp"

#include "base/pack.hpp"
#include "store/body_seal.hpp"
#include "store/keys.hpp"
#include "store/store.hpp"

#include "folder.hpp"

#include <catch2/catch.hpp>
#include <rocksdb/db.h>
#include <vector>

using namespace enclaved;
using namespace enclaved::store;
using kind = change::kind;

namespace {

std::string packed(std::uint64_t number) {
  pack::buffer out;
  pack::writer(out).number(number);
  return std::move(out.bytes);
}

std::string index_name(std::string beginning, std::initializer_list<std::uint64_t> numbers) {
  for (const auto one : numbers) keys::put_number(beginning, one);
  return beginning;
}

std::string named(std::uint64_t session) {
  pack::buffer out;
  pack::writer(out).array(2).number(session).number(1);
  return std::move(out.bytes);
}

std::string answer_in(std::uint64_t session) {
  pack::buffer out;
  pack::writer(out).array(3).integer(5).number(session).bin("");
  return std::move(out.bytes);
}

const std::string tenant_id = std::string("tenant") + '\0' + "id";

/// Two sessions with everything that belongs to them.
changes two_sessions() {
  changes all;
  for (const session_number of : {1, 2}) {
    all.push_back({kind::put_head, of, 0, {}, packed(of)});
    for (std::uint64_t number = 4; number <= 8; ++number) all.push_back({kind::append, of, number, {}, packed(number)});
    all.push_back({kind::put_note, 0, 0, "s/" + tenant_id + std::to_string(of), named(of)});
    all.push_back({kind::put_note, 0, 0, index_name("u/", {of}), ""});
    all.push_back({kind::put_note, 0, 0, index_name("x/", {1'000, of}), ""});
    all.push_back({kind::put_note, 0, 0, "i/" + tenant_id + std::to_string(of), answer_in(of - 1)});
  }
  all.push_back({kind::put_note, 0, 0, "numbers", packed(99)});
  return all;
}

struct examined {
  std::vector<std::string> lines;
  census counted;
};

examined examine(const std::string& folder) {
  examined out;
  const auto seen = check_store(folder, [&out](std::string_view line) { out.lines.emplace_back(line); });
  REQUIRE(seen);
  out.counted = *seen;
  CHECK(out.counted.findings == out.lines.size());
  return out;
}

/// What is found when this is written past everything that is right.
std::vector<std::string> findings_with(const changes& more, const std::string& raw_key = {},
                                       const std::string& raw_value = {}) {
  test::folder in;
  {
    const auto one = open_rocksdb_store(in.at("s"), open_mode::read_write);
    REQUIRE(one);
    REQUIRE((*one)->write(two_sessions()));
    REQUIRE((*one)->write(more));
  }
  if (!raw_key.empty()) {
    rocksdb::DB* opened = nullptr;
    REQUIRE(rocksdb::DB::Open({}, in.at("s"), &opened).ok());
    const std::unique_ptr<rocksdb::DB> db(opened);
    REQUIRE(db->Put({}, raw_key, raw_value).ok());
  }
  return examine(in.at("s")).lines;
}

using lines = std::vector<std::string>;

} // namespace

TEST_CASE("a store in order has nothing to find, and is counted") {
  test::folder in;
  REQUIRE((*open_rocksdb_store(in.at("s"), open_mode::read_write))->write(two_sessions()));
  const auto all = examine(in.at("s"));
  CHECK(all.lines.empty());
  CHECK(all.counted.sessions == 2);
  CHECK(all.counted.entries == 10);
  CHECK(all.counted.notes == 9);
}

TEST_CASE("each thing that is wrong in a store is found by its name") {
  CHECK(findings_with({{kind::append, 1, 10, {}, packed(1)}}) == lines{"session 1 lacks entries 9 to 9"});
  CHECK(findings_with({{kind::append, 7, 1, {}, packed(1)}}) == lines{"session 7 has entries and no head"});
  CHECK(findings_with({{kind::append, 2, 9, {}, "\xc1"}}) ==
        lines{"entry 9 of session 2 cannot be read: its body is not MessagePack"});
  CHECK(findings_with({{kind::put_note, 0, 0, index_name("u/", {77}), ""}})
            .front()
            .ends_with("names session 77, which has no head"));
  CHECK(findings_with({{kind::put_note, 0, 0, "x/short", ""}}).front() ==
        "note \"x/short\" cannot be read: it is no index of sessions");
  CHECK(findings_with({{kind::put_note, 0, 0, "s/" + tenant_id, named(8)}}).size() == 1);
  CHECK(findings_with({{kind::put_note, 0, 0, "i/" + tenant_id, answer_in(8)}}).size() == 1);
  CHECK(findings_with({}, keys::entry(1, 5), "\x01nonsense") ==
        lines{"entry 5 of session 1 is damaged: its checksum does not fit"});
  CHECK(findings_with({}, keys::entry(1, 5), sealed(keys::entry(1, 6), packed(6))).size() == 1);
  CHECK(findings_with({}, keys::head(2), "") == lines{"the head of session 2 is damaged: its checksum does not fit"});
  CHECK(findings_with({}, "h short", "x").front().ends_with("belongs to nothing"));
  CHECK(findings_with({}, "zzz\x1b", "x").front().find('\x1b') == std::string::npos);
}

TEST_CASE("a store in use is not examined") {
  test::folder in;
  const auto one = open_rocksdb_store(in.at("s"), open_mode::read_write);
  REQUIRE(one);
  const auto refused = check_store(in.at("s"), [](std::string_view) {});
  REQUIRE(!refused);
  CHECK(refused.problem().message.find("another process uses") != std::string::npos);
}
