// A disk that fails: what is said then may never be taken for stored.
#include "store/database.hpp"

#include "folder.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

using namespace enclaved;
using namespace enclaved::store;
using kind = change::kind;

namespace {

const char* const broken = "Input/output error";

struct faults {
  std::atomic<bool> sync = false;
  std::atomic<bool> read = false;
};

class failing_file final : public rocksdb::FSWritableFileOwnerWrapper {
public:
  failing_file(std::unique_ptr<rocksdb::FSWritableFile> real, const faults& now)
      : FSWritableFileOwnerWrapper(std::move(real)), now_(now) {}
  rocksdb::IOStatus Sync(const rocksdb::IOOptions& how, rocksdb::IODebugContext* d) override {
    if (now_.sync) return rocksdb::IOStatus::IOError("While fdatasync", broken);
    return FSWritableFileOwnerWrapper::Sync(how, d);
  }

private:
  const faults& now_;
};

class failing_reads final : public rocksdb::FSRandomAccessFileOwnerWrapper {
public:
  failing_reads(std::unique_ptr<rocksdb::FSRandomAccessFile> real, const faults& now)
      : FSRandomAccessFileOwnerWrapper(std::move(real)), now_(now) {}
  rocksdb::IOStatus Read(std::uint64_t at, std::size_t bytes, const rocksdb::IOOptions& how, rocksdb::Slice* result,
                         char* scratch, rocksdb::IODebugContext* d) const override {
    if (now_.read) return rocksdb::IOStatus::IOError("While pread", broken);
    return FSRandomAccessFileOwnerWrapper::Read(at, bytes, how, result, scratch, d);
  }
  rocksdb::IOStatus Prefetch(std::uint64_t, std::size_t, const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {
    return rocksdb::IOStatus::NotSupported("everything is read when it is needed");
  }

private:
  const faults& now_;
};

class failing_disk final : public rocksdb::FileSystemWrapper {
public:
  explicit failing_disk(const faults& now) : FileSystemWrapper(rocksdb::FileSystem::Default()), now_(now) {}
  const char* Name() const override { return "failing_disk"; }
  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& how,
                                    std::unique_ptr<rocksdb::FSWritableFile>* made,
                                    rocksdb::IODebugContext* d) override {
    auto done = FileSystemWrapper::NewWritableFile(name, how, made, d);
    if (done.ok()) *made = std::make_unique<failing_file>(std::move(*made), now_);
    return done;
  }
  rocksdb::IOStatus NewRandomAccessFile(const std::string& name, const rocksdb::FileOptions& how,
                                        std::unique_ptr<rocksdb::FSRandomAccessFile>* made,
                                        rocksdb::IODebugContext* d) override {
    auto done = FileSystemWrapper::NewRandomAccessFile(name, how, made, d);
    if (done.ok()) *made = std::make_unique<failing_reads>(std::move(*made), now_);
    return done;
  }

private:
  const faults& now_;
};

struct on_failing_disk {
  test::folder in;
  faults now;
  std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(std::make_shared<failing_disk>(now));
  std::unique_ptr<store::store> one;

  void open() {
    one.reset();
    auto opened = open_rocksdb_store_at({in.at("s"), env.get()}, open_mode::read_write);
    REQUIRE(opened);
    one = std::move(*opened);
  }
};

change entry(std::uint64_t number) { return {kind::append, 1, number, {}, "x"}; }

} // namespace

TEST_CASE("a sync that fails is the end: nothing is acknowledged before the store is opened again") {
  on_failing_disk at;
  at.open();
  REQUIRE(at.one->write({entry(1)}));
  at.now.sync = true;
  const auto failed = at.one->write({entry(2), entry(3)});
  REQUIRE(!failed);
  CHECK(failed.problem().code == error_code::internal);
  at.now.sync = false; // a disk that says it is well again is not believed
  CHECK(at.one->write({entry(2)}).problem().code == error_code::internal);
  CHECK(at.one->recover().problem().code == error_code::internal);
  CHECK(at.one->entries(1, 1, 100)->size() == 1);
  at.open();
  const auto after = at.one->entries(1, 1, 100)->size();
  CHECK((after == 1 || after == 3));
  REQUIRE(at.one->write({entry(2), entry(3)}));
  CHECK(at.one->entries(1, 1, 100)->size() == 3);
}

TEST_CASE("a disk that cannot be read is told, and is no empty store") {
  on_failing_disk at;
  at.open();
  const std::string body(5'000, 'x'); // each has a block of its own
  changes all{{kind::append, 1, 1, {}, body}, {kind::put_note, 0, 0, "n", body}};
  for (session_number of = 1; of <= 3; ++of) all.push_back({kind::put_head, of, 0, {}, body});
  REQUIRE(at.one->write(all));
  at.open(); // what was in the log is in a table now
  at.now.read = true;
  CHECK(at.one->entries(1, 1, 100).problem().code == error_code::internal);
  CHECK(at.one->heads(0, 10).problem().code == error_code::internal);
  CHECK(at.one->notes("n", "", 10).problem().code == error_code::internal);
  CHECK(at.one->head(3).problem().code == error_code::internal);
  CHECK(at.one->note("n").problem().code == error_code::internal);
}
