// What a store does while its disk takes nothing more, and afterwards.
#include "store/database.hpp"

#include "small_disk.hpp"

#include <sys/resource.h>

using namespace enclaved;
using namespace enclaved::store;
using kind = change::kind;

namespace {

constexpr std::size_t kib = 1024;
constexpr std::size_t mib = 1024 * kib;

/// Two entries and a note, which are there together or not at all.
changes batch(std::uint64_t number, std::size_t bytes) {
  return {{kind::append, 1, 2 * number - 1, {}, std::string(bytes, 'a')},
          {kind::append, 1, 2 * number, {}, std::to_string(number)},
          {kind::put_note, 0, 0, "last", std::to_string(number)}};
}

void must(const status& how) {
  INFO((how ? std::string() : how.problem().message));
  REQUIRE(how);
}

/// Until it fails; the number of the first one that did.
std::uint64_t write_until_full(store::store& one, std::size_t bytes, error& why) {
  for (std::uint64_t number = 1; number < 1'000'000; ++number)
    if (auto wrote = one.write(batch(number, bytes)); !wrote) {
      why = wrote.problem();
      return number;
    }
  FAIL("the disk never got full");
  return 0;
}

/// Every batch up to `whole` is there, in full and once; the next one whole or not at all.
void check_batches(const store::store& one, std::uint64_t whole) {
  std::uint64_t seen = 0;
  for (std::uint64_t next = 1;;) {
    const auto read = one.entries(1, next, mib);
    REQUIRE(read);
    if (read->empty()) break;
    for (const auto& each : *read) {
      if (each.damaged || each.number != ++seen) FAIL("entry " << each.number << " after " << seen);
    }
    next = seen + 1;
  }
  CHECK((seen == 2 * whole || seen == 2 * whole + 2));
  const auto last = one.note("last");
  REQUIRE(last);
  if (seen > 0) CHECK((*last)->body == std::to_string(seen / 2));
}

std::unique_ptr<store::store> opened(const std::string& where) {
  auto one = open_rocksdb_store_at({.folder = where, .write_buffer_bytes = 1 * mib}, open_mode::read_write);
  INFO((one ? std::string() : one.problem().message));
  REQUIRE(one);
  return std::move(*one);
}

} // namespace

TEST_CASE("a full disk refuses writes with advice, lets everything be read, and writing goes on when there is room") {
  test::small_disk disk(24);
  if (!disk) return;
  const auto bytes = GENERATE(1 * kib, 60 * kib, 1 * mib);
  const auto one = opened(disk.at("store"));
  disk.fill_up_to(3 * mib + 123 * kib);
  error why;
  const auto failed = write_until_full(*one, bytes, why);
  CHECK(why.code == error_code::unavailable);
  CHECK(why.message.find("make room") != std::string::npos);
  check_batches(*one, failed - 1);
  CHECK(!one->write(batch(failed, 1)));
  const auto not_yet = one->recover();
  REQUIRE(!not_yet);
  CHECK(not_yet.problem().code == error_code::unavailable);
  check_batches(*one, failed - 1);
  disk.make_room();
  must(one->recover());
  REQUIRE(one->write(batch(failed, bytes)));
  check_batches(*one, failed);
}

TEST_CASE("a server that dies on a full disk starts there, and writing goes on when there is room") {
  test::small_disk disk(24);
  if (!disk) return;
  const auto left = GENERATE(0, 8 * kib, 100 * kib);
  std::uint64_t failed = 0;
  {
    const auto one = opened(disk.at("store"));
    disk.fill_up_to(2 * mib);
    error why;
    failed = write_until_full(*one, 10 * kib, why);
  }
  disk.fill_up_to(left);
  {
    const auto one = opened(disk.at("store"));
    check_batches(*one, failed - 1);
    auto wrote = one->write(batch(failed, 20 * mib));
    REQUIRE(!wrote);
    CHECK(wrote.problem().code == error_code::unavailable);
    disk.make_room();
    must(one->recover());
    REQUIRE(one->write(batch(failed, 10 * kib)));
  }
  check_batches(*opened(disk.at("store")), failed);
}

TEST_CASE("a file system that is read-only refuses to open with advice") {
  test::small_disk disk(24);
  if (!disk) return;
  REQUIRE(opened(disk.at("store"))->write(batch(1, 10)));
  REQUIRE(disk.remount(MS_RDONLY));
  const auto refused = open_rocksdb_store(disk.at("store"), open_mode::read_write);
  REQUIRE(!refused);
  CHECK(refused.problem().code == error_code::unavailable);
  CHECK(refused.problem().message.find("mount it writable") != std::string::npos);
  check_batches(**open_rocksdb_store(disk.at("store"), open_mode::read_only), 1);
}

TEST_CASE("without descriptors a store says so, and writing goes on when there are some") {
  test::folder in;
  const auto one = opened(in.at("store"));
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
  const rlimit few{3, before.rlim_max};
  REQUIRE(setrlimit(RLIMIT_NOFILE, &few) == 0);
  error why;
  const auto failed = write_until_full(*one, 4 * mib, why); // a new log needs a descriptor
  const auto not_yet = one->recover();
  REQUIRE(setrlimit(RLIMIT_NOFILE, &before) == 0);
  CHECK(why.code == error_code::unavailable);
  CHECK(why.message.find("too many open files") != std::string::npos);
  CHECK(!not_yet);
  must(one->recover());
  REQUIRE(one->write(batch(failed, 10)));
  check_batches(*one, failed);
}
