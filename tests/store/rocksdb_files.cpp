// What a store on disk does with files that are not as it left them.
#include "store/body_seal.hpp"
#include "store/keys.hpp"
#include "store/store.hpp"

#include "folder.hpp"

#include <catch2/catch.hpp>
#include <fstream>
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
  const auto refused = open_rocksdb_store(in.at("s"), open_mode::read_write);
  REQUIRE(!refused);
  CHECK(refused.problem().message.find("format 2, this one knows 1") != std::string::npos);
}

TEST_CASE("a log that was torn while it was written loses no more than its last record") {
  test::folder in;
  write_entries(in.at("s"), 20);
  const auto log = log_of(in.at("s"));
  fs::resize_file(log, fs::file_size(log) - 30);
  const auto again = open_rocksdb_store(in.at("s"), open_mode::read_write);
  REQUIRE(again);
  CHECK((*again)->entries(1, 1, 100'000)->size() == 19);
}

TEST_CASE("a flipped bit inside the log is not taken for its end") {
  test::folder in;
  write_entries(in.at("s"), 20);
  const auto log = log_of(in.at("s"));
  change_byte(log, fs::file_size(log) / 2);
  const auto refused = open_rocksdb_store(in.at("s"), open_mode::read_write);
  REQUIRE(!refused);
  CHECK(refused.problem().message.find("restore a backup") != std::string::npos);
}

TEST_CASE("a folder that may not be written is an error with its name") {
  const auto refused = open_rocksdb_store("/proc/enclaved", open_mode::read_write);
  REQUIRE(!refused);
  CHECK(refused.problem().message.find("/proc/enclaved") != std::string::npos);
}
