#include "store/options.hpp"

#include "base/log.hpp"

#include <array>
#include <cstdarg>
#include <cstdio>
#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/table_properties_collectors.h>

namespace enclaved::store {

namespace {

constexpr std::size_t mib = 1024 * 1024;

/// The database's own log would be a file on the same disk, and when that is full RocksDB 7.8 as Debian builds it
/// aborts the process on the second line it cannot write.
class operator_log final : public rocksdb::Logger {
public:
  operator_log() : rocksdb::Logger(rocksdb::InfoLogLevel::ERROR_LEVEL) {}
  void LogHeader(const char*, va_list) override {} // settings, at every start
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

/// One process's share of a small machine: with three write buffers and this, the database stays below 100 MiB.
constexpr std::size_t cache_bytes = 16 * mib;

rocksdb::BlockBasedTableOptions tables() {
  rocksdb::BlockBasedTableOptions to;
  to.block_cache = rocksdb::NewLRUCache(cache_bytes);
  // Indexes and filters would otherwise stay in memory beside the cache, as many as there are tables.
  to.cache_index_and_filter_blocks = true;
  // Those of the newest tables are asked at every look-up.
  to.pin_l0_filter_and_index_blocks_in_cache = true;
  // The first key of each block is in the index, so that a read looks only into blocks that have what it asks for: a
  // damaged one is met by whoever's data it has, and by nobody else.
  to.index_type = rocksdb::BlockBasedTableOptions::kBinarySearchWithFirstKey;
  // Names of sessions and keys of idempotent requests are mostly looked up when they are not there: a filter says so
  // without reading a table. Ten bits a key are wrong once in a hundred times.
  to.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  return to;
}

/// Short sessions leave marks of deletion, which every read over that place has to step over. Tables with many of them
/// are compacted soon.
constexpr std::size_t watched_keys = 4'096;
constexpr std::size_t deleted_of_watched_keys = 1'024;

void bound_memory_and_threads(rocksdb::Options& to, const database_place& place) {
  // Three, so that writing goes on into the second while the first becomes a table, and no stall while that takes long.
  to.write_buffer_size = place.write_buffer_bytes;
  to.max_write_buffer_number = 3;
  to.table_factory.reset(rocksdb::NewBlockBasedTableFactory(tables()));
  // One thread makes tables and one compacts them: on two cores more would take the time of scripts.
  to.max_background_jobs = 2;
  // Tables that are open hold a descriptor each, and the server's connections need those.
  to.max_open_files = 256;
  // Statistics would wake a thread every ten minutes to write what nobody reads.
  to.stats_dump_period_sec = 0;
  to.stats_persist_period_sec = 0;
}

void suit_the_journal(rocksdb::Options& to) {
  // A table is written out steadily: a megabyte at a time instead of all at its end, when a sync of the log would have
  // to wait for it.
  to.bytes_per_sync = mib;
  // The bottom level has most of the data, so what was deleted takes a tenth more room at most.
  to.level_compaction_dynamic_level_bytes = true;
  to.table_properties_collector_factories.push_back(
      rocksdb::NewCompactOnDeletionCollectorFactory(watched_keys, deleted_of_watched_keys));
  to.compression = rocksdb::kNoCompression; // what is worth it comes compressed
  // Not set, on purpose: pipelined writes, as one thread writes; log recycling, as old records behind a log's end could
  // not be told from damage; a bound for the log, as it is never longer than the write buffers.
}

} // namespace

rocksdb::Options options_for(const database_place& place, open_mode mode) {
  rocksdb::Options to;
  to.env = place.env;
  to.create_if_missing = mode == open_mode::read_write;
  // A database that has seen damage takes no writes any more.
  to.paranoid_checks = true;
  // A torn tail is what a crash leaves. Anything else in the log is damage; the default mode would drop what is behind
  // it.
  to.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  to.info_log = std::make_shared<operator_log>();
  to.listeners.push_back(std::make_shared<no_recovery_of_its_own>());
  to.max_bgerror_resume_count = 0;
  bound_memory_and_threads(to, place);
  suit_the_journal(to);
  return to;
}

} // namespace enclaved::store
