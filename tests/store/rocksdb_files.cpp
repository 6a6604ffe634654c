// What a store on disk does with files that are not as it left them.
#include "store/body_seal.hpp"
#include "store/database.hpp"
#include "store/keys.hpp"

#include "folder.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <rocksdb/db.h>

using namespace enclaved::store;
using kind = change::kind;
namespace fs = std::filesystem;

namespace {

/// Past the store, straight into the database.
void put_raw(const std::string& folder, const std::string& key, const std::string& value) {
  rocksdb::DB* opened = nullptr;
  REQUIRE(rocksdb::DB::Open({}, folder, &opened).ok());
  const std::unique_ptr<rocksdb::DB> db(opened);
  REQUIRE(db->Put({}, key, value).ok());
}

fs::path log_of(const std::string& folder) {
  for (const auto& file : fs::directory_iterator(folder))
    if (file.path().extension() == ".log" && file.file_size() > 0) return file.path();
  FAIL("there is no log");
  return {};
}

/// Leaves the store as `kill -9` would: the log is not folded into tables.
void write_entries(const std::string& folder, std::uint64_t count) {
  const auto one = open_rocksdb_store(folder, open_mode::read_write);
  REQUIRE(one);
  for (std::uint64_t i = 1; i <= count; ++i) REQUIRE((*one)->write({{kind::append, 1, i, {}, std::string(100, 'x')}}));
}

void change_byte(const fs::path& file, std::uintmax_t at) {
  std::fstream in(file, std::ios::in | std::ios::out | std::ios::binary);
  in.seekg(static_cast<std::streamoff>(at));
  const auto byte = static_cast<char>(in.get() ^ 0x10);
  in.seekp(static_cast<std::streamoff>(at));
  in.put(byte);
}

} // namespace

TEST_CASE("an entry that is damaged is told and the others are read") {
  test::folder in;
  write_entries(in.at("s"), 3);
  auto bad = sealed(keys::entry(1, 2), "body");
  bad.back() = '!';
  put_raw(in.at("s"), keys::entry(1, 2), bad);
  const auto read = (*open_rocksdb_store(in.at("s"), open_mode::read_write))->entries(1, 1, 10'000);
  REQUIRE(read);
  REQUIRE(read->size() == 3);
  CHECK(!read->at(0).damaged);
  CHECK(read->at(1).damaged);
  CHECK(read->at(1).number == 2);
  CHECK(!read->at(2).damaged);
}

TEST_CASE("an entry in another one's place is damaged") {
  test::folder in;
  write_entries(in.at("s"), 1);
  put_raw(in.at("s"), keys::entry(1, 2), sealed(keys::entry(1, 1), "body"));
  CHECK((*open_rocksdb_store(in.at("s"), open_mode::read_write))->entries(1, 2, 100)->front().damaged);
}

TEST_CASE("a store of another format is left alone") {
  test::folder in;
  write_entries(in.at("s"), 1);
  put_raw(in.at("s"), std::string(keys::format), "\x02");
  const auto files = [&in] {
    std::map<std::string, std::pair<std::uintmax_t, fs::file_time_type>> all;
    for (const auto& file : fs::directory_iterator(in.at("s")))
      all[file.path().filename()] = {file.file_size(), file.last_write_time()};
    return all;
  };
  const auto before = files();
  const auto refused = open_rocksdb_store(in.at("s"), open_mode::read_write);
  REQUIRE(!refused);
  CHECK(refused.problem().message.find("format 2, this one knows 1") != std::string::npos);
  CHECK(files() == before);
}

TEST_CASE("a log that was torn while it was written opens with everything before the tear, wherever that is") {
  test::folder in;
  write_entries(in.at("s"), 20);
  const auto log = log_of(in.at("s"));
  const auto whole = fs::file_size(log);
  for (std::uintmax_t size = whole - 400; size < whole; size += 7) {
    INFO("torn at " << size << " of " << whole);
    const auto copy = in.at("torn");
    fs::remove_all(copy);
    fs::copy(in.at("s"), copy, fs::copy_options::recursive);
    fs::resize_file(fs::path(copy) / log.filename(), size);
    const auto again = open_rocksdb_store(copy, open_mode::read_only);
    REQUIRE(again);
    const auto read = (*again)->entries(1, 1, 100'000);
    REQUIRE(read);
    const auto record = whole / 20; // more than a record takes: the first has the format before it
    CHECK(read->size() >= 20 - 1 - (whole - size) / (record - 10));
    CHECK(read->size() < 20);
    for (std::size_t i = 0; i < read->size(); ++i) CHECK((read->at(i).number == i + 1 && !read->at(i).damaged));
  }
}

TEST_CASE("a flipped bit in the log is refused with instructions, wherever it is") {
  test::folder in;
  write_entries(in.at("s"), 20);
  const auto log = log_of(in.at("s"));
  std::size_t refused = 0;
  for (std::uintmax_t at = 0; at < fs::file_size(log); ++at) {
    INFO("byte " << at);
    change_byte(log, at);
    const auto opened = open_rocksdb_store(in.at("s"), open_mode::read_only);
    if (opened) FAIL("opened with " << (*opened)->entries(1, 1, 100'000)->size() << " entries");
    CHECK(opened.problem().code == enclaved::error_code::internal);
    CHECK(opened.problem().message.find("enclaved restore") != std::string::npos);
    change_byte(log, at);
    ++refused;
  }
  CHECK(refused == fs::file_size(log));
  CHECK(open_rocksdb_store(in.at("s"), open_mode::read_write));
}

TEST_CASE("a flipped bit in a table: what it hits is told, and everything else is read") {
  test::folder in;
  constexpr session_number sessions = 200;
  {
    const auto one =
        open_rocksdb_store_at({.folder = in.at("s"), .write_buffer_bytes = 64 * 1024}, open_mode::read_write);
    REQUIRE(one);
    for (session_number of = 1; of <= sessions; ++of)
      REQUIRE((*one)->write({{kind::put_head, of, 0, {}, std::string(100, 'h')},
                             {kind::append, of, 1, {}, std::string(400, 'a')},
                             {kind::append, of, 2, {}, std::string(400, 'b')},
                             {kind::put_note, 0, 0, "s/" + std::to_string(1000 + of), std::string(50, 'n')}}));
    REQUIRE((*one)->backup(in.at("copy"))); // leaves everything in tables
  }
  std::size_t told = 0, files = 0;
  for (const auto& file : fs::directory_iterator(in.at("copy"))) {
    if (file.path().extension() != ".sst") continue;
    ++files;
    for (const auto part : {10, 35, 60}) {
      const auto at = file.file_size() * static_cast<std::uintmax_t>(part) / 100;
      change_byte(file, at);
      const auto one = open_rocksdb_store(in.at("copy"), open_mode::read_only);
      REQUIRE(one);
      std::size_t damaged = 0, good = 0;
      const auto count = [&](const enclaved::result<pieces>& some) {
        REQUIRE(some);
        for (const auto& each : *some) ++(each.damaged ? damaged : good);
      };
      for (session_number of = 1; of <= sessions; ++of) count((*one)->entries(of, 1, 100'000));
      session_number last = 0;
      for (;;) {
        const auto page = (*one)->heads(last, 7);
        count(page);
        if (page->empty()) break;
        REQUIRE(page->back().number > last);
        last = page->back().number;
      }
      std::string name;
      for (;;) {
        const auto page = (*one)->notes("s/", name, 7);
        count(page);
        if (page->empty()) break;
        REQUIRE(page->back().name > name);
        name = page->back().name;
      }
      INFO(file.path().filename() << " at " << at << ": " << damaged << " damaged, " << good << " good");
      CHECK(damaged > 0);
      CHECK(good > 4 * sessions - 100);
      told += damaged;
      change_byte(file, at);
    }
  }
  CHECK(files > 0);
  CHECK(told > 0);
}

TEST_CASE(
    "a store whose MANIFEST or CURRENT is gone is refused, nothing is made in its place, and restoring is advised") {
  test::folder in;
  write_entries(in.at("s"), 5);
  for (const auto& file : fs::directory_iterator(in.at("s"))) {
    const auto name = file.path().filename().string();
    if (!name.starts_with("MANIFEST") && name != "CURRENT") continue;
    const auto copy = in.at(name.c_str());
    fs::copy(in.at("s"), copy, fs::copy_options::recursive);
    fs::remove(fs::path(copy) / name);
    const auto refused = open_rocksdb_store(copy, open_mode::read_write);
    REQUIRE(!refused);
    CHECK(refused.problem().code == enclaved::error_code::internal);
    CHECK(refused.problem().message.find("enclaved restore") != std::string::npos);
    CHECK(!fs::exists(fs::path(copy) / name));
  }
}

TEST_CASE("a second user of a store's folder is told so in one line") {
  test::folder in;
  const auto first = open_rocksdb_store(in.at("s"), open_mode::read_write);
  REQUIRE(first);
  const auto second = open_rocksdb_store(in.at("s"), open_mode::read_write);
  REQUIRE(!second);
  CHECK(second.problem().message ==
        "another process uses the store in " + in.at("s") + "; a data directory belongs to one server at a time");
}

TEST_CASE("a folder that may not be written is an error with its name") {
  const auto refused = open_rocksdb_store("/proc/enclaved", open_mode::read_write);
  REQUIRE(!refused);
  CHECK(refused.problem().message.find("/proc/enclaved") != std::string::npos);
}
