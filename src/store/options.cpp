#include "store/options.hpp"

#include "base/log.hpp"

#include <array>
#include <cstdarg>
#include <cstdio>
#include <rocksdb/listener.h>

namespace enclaved::store {

namespace {

constexpr std::size_t mib = 1024 * 1024;
constexpr std::size_t log_bytes = 128 * mib; ///< the write-ahead log, in all

/// The database's own log would be a file on the same disk, and when that is full RocksDB 7.8 as Debian builds it
/// aborts the process on the second line it cannot write.
class operator_log final : public rocksdb::Logger {
public:
  operator_log() : rocksdb::Logger(rocksdb::InfoLogLevel::ERROR_LEVEL) {}
  using rocksdb::Logger::Logv;
  void Logv(const char* format, va_list arguments) override {
    std::array<char, 1024> line{};
    std::vsnprintf(line.data(), line.size(), format, arguments);
    log::warn("database says", {{"line", line.data()}});
  }
};

/// Whoever uses the store decides when it is tried again: RocksDB's own attempts would run at the same time.
class no_recovery_of_its_own final : public rocksdb::EventListener {
public:
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status, bool* by_itself) override {
    *by_itself = false;
  }
};

} // namespace

rocksdb::Options options_for(const database_place& place, open_mode mode) {
  rocksdb::Options to;
  to.env = place.env;
  to.create_if_missing = mode == open_mode::read_write;
  to.paranoid_checks = true;
  // A torn tail is what a crash leaves. Anything else in the log is damage; the default mode would drop what is behind
  // it.
  to.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  to.write_buffer_size = place.write_buffer_bytes;
  to.max_total_wal_size = log_bytes;
  to.info_log = std::make_shared<operator_log>();
  to.listeners.push_back(std::make_shared<no_recovery_of_its_own>());
  to.max_bgerror_resume_count = 0;
  to.max_open_files = 256;
  to.compression = rocksdb::kNoCompression; // what is worth it comes compressed
  return to;
}

} // namespace enclaved::store
