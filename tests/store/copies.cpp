// Backups, and data directories made from them.
#include "store/copies.hpp"

#include "base/pack.hpp"
#include "store/store.hpp"

#include "folder.hpp"

#include <catch2/catch.hpp>
#include <fstream>

using namespace enclaved;
using namespace enclaved::store;
using kind = change::kind;
namespace fs = std::filesystem;

namespace {

constexpr auto ignore = [](std::string_view) {};

void write_some(const std::string& data_dir) {
  const auto one = open_rocksdb_store(store_in(data_dir), open_mode::read_write);
  REQUIRE(one);
  REQUIRE((*one)->write({{kind::put_head, 1, 0, {}, "\x01"}, {kind::append, 1, 1, {}, "\x01"}}));
}

std::uint64_t epoch_of(const std::string& data_dir) {
  const auto one = open_rocksdb_store(store_in(data_dir), open_mode::read_only);
  REQUIRE(one);
  const auto note = (*one)->note(epoch_note);
  REQUIRE(note);
  std::uint64_t number = 0;
  if (*note) REQUIRE(pack::reader((*note)->body).unsigned_int(number));
  return number;
}

} // namespace

TEST_CASE("a backup of a data directory lies with its backups and is restored elsewhere with a higher epoch") {
  test::folder in;
  write_some(in.at("data"));
  const auto made = back_up(in.at("data"), "monday");
  REQUIRE(made);
  CHECK(made->path == in.at("data") + "/backups/monday");
  CHECK(made->bytes > 0);
  CHECK(!back_up(in.at("data"), "monday")); // its place is taken
  const auto again = restore(made->path, in.at("other"), ignore);
  REQUIRE(again);
  CHECK(again->sessions == 1);
  CHECK(again->findings == 0);
  const auto raised = epoch_of(in.at("other"));
  CHECK(raised > epoch_of(in.at("data")));
  REQUIRE(back_up(in.at("other"), in.at("absolute")));
  REQUIRE(restore(in.at("absolute"), in.at("third"), ignore));
  CHECK(epoch_of(in.at("third")) > raised);
  CHECK((*open_rocksdb_store(store_in(in.at("third")), open_mode::read_write))->entries(1, 1, 100)->size() == 1);
}

TEST_CASE("a restored store shares nothing with its backup") {
  test::folder in;
  write_some(in.at("data"));
  REQUIRE(back_up(in.at("data"), in.at("copy")));
  REQUIRE(restore(in.at("copy"), in.at("other"), ignore));
  for (const auto& file : fs::directory_iterator(store_in(in.at("other"))))
    CHECK(fs::hard_link_count(file.path()) == 1);
}

TEST_CASE("restoring takes no store's place") {
  test::folder in;
  write_some(in.at("data"));
  REQUIRE(back_up(in.at("data"), in.at("copy")));
  const auto refused = restore(in.at("copy"), in.at("data"), ignore);
  REQUIRE(!refused);
  CHECK(refused.problem().message.find("there is a store already") != std::string::npos);
}

TEST_CASE("a damaged backup is not restored, and what is wrong is told") {
  test::folder in;
  write_some(in.at("data"));
  REQUIRE(back_up(in.at("data"), in.at("copy")));
  for (const auto& file : fs::directory_iterator(in.at("copy")))
    if (file.path().filename().string().starts_with("MANIFEST")) fs::remove(file.path());
  std::string told;
  const auto seen = restore(in.at("copy"), in.at("other"), [&told](std::string_view line) { told += line; });
  REQUIRE(seen);
  CHECK(seen->findings == 1);
  CHECK(told.find("is damaged") != std::string::npos);
  CHECK(!fs::exists(store_in(in.at("other"))));
}

TEST_CASE("what is no data directory or no backup is said to be none") {
  test::folder in;
  CHECK(!back_up(in.at("none"), "x"));
  CHECK(!restore(in.at("none"), in.at("other"), ignore));
}
