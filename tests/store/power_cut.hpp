// A file system that can lose its power: what was not synced is gone then, as far as chance wants it.
//
// It lies over the real one and knows of each file how much of it was synced, and of each folder which names were. At
// the cut it makes a folder of what a disk may hold then: of each file what was synced and some of what came after;
// of each name that was made, renamed or removed since its folder was synced the state before or after.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <string>

namespace enclaved::store::test {

class power_cut : public rocksdb::FileSystemWrapper {
public:
  /// Below `root`, whose files are all safe; what is cut is put into `after`. `at_cut` is called in that moment.
  power_cut(std::string root, std::string after, std::uint64_t seed, std::function<void()> at_cut);

  /// At the so many-th operation from now on. 0: never.
  void cut_after(std::uint64_t operations);
  bool was_cut() const;
  std::uint64_t operations() const;

  const char* Name() const override { return "power_cut"; }
  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& how,
                                    std::unique_ptr<rocksdb::FSWritableFile>* made,
                                    rocksdb::IODebugContext* d) override;
  rocksdb::IOStatus ReopenWritableFile(const std::string& name, const rocksdb::FileOptions& how,
                                       std::unique_ptr<rocksdb::FSWritableFile>* made,
                                       rocksdb::IODebugContext* d) override;
  rocksdb::IOStatus ReuseWritableFile(const std::string& name, const std::string& old, const rocksdb::FileOptions& how,
                                      std::unique_ptr<rocksdb::FSWritableFile>* made,
                                      rocksdb::IODebugContext* d) override;
  rocksdb::IOStatus NewDirectory(const std::string& name, const rocksdb::IOOptions& how,
                                 std::unique_ptr<rocksdb::FSDirectory>* made, rocksdb::IODebugContext* d) override;
  rocksdb::IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions& how,
                               rocksdb::IODebugContext* d) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to, const rocksdb::IOOptions& how,
                               rocksdb::IODebugContext* d) override;

  /// What a disk knows of a file, whatever its names are.
  struct contents {
    std::string path; ///< where its bytes lie now
    std::uint64_t written = 0;
    std::uint64_t synced = 0;
  };
  using file = std::shared_ptr<contents>;

  void wrote(const file& to, std::uint64_t bytes);
  void shrunk(const file& to, std::uint64_t bytes);
  void synced(const file& what);
  void synced_names(const std::string& folder);

private:
  file known(const std::string& path);
  void step();
  void cut();
  void leave(const std::string& name, const file& what);

  mutable std::mutex mutex_;
  std::string root_, after_;
  std::mt19937_64 chance_;
  std::function<void()> at_cut_;
  std::map<std::string, file> names_; ///< as the running system sees them
  std::map<std::string, file> safe_;  ///< as they were when their folder was synced
  std::uint64_t operations_ = 0, cut_at_ = 0, removed_ = 0;
  bool cut_ = false;
};

} // namespace enclaved::store::test
