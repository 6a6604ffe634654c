#include "power_cut.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

namespace enclaved::store::test {

namespace fs = std::filesystem;
using namespace rocksdb;

namespace {

class cut_file final : public FSWritableFileOwnerWrapper {
public:
  cut_file(std::unique_ptr<FSWritableFile> real, power_cut& of, power_cut::file is)
      : FSWritableFileOwnerWrapper(std::move(real)), of_(of), is_(std::move(is)) {}

  IOStatus Append(const Slice& data, const IOOptions& how, IODebugContext* d) override {
    return counted(FSWritableFileOwnerWrapper::Append(data, how, d), data.size());
  }
  IOStatus Append(const Slice& data, const IOOptions& how, const DataVerificationInfo& sums,
                  IODebugContext* d) override {
    return counted(FSWritableFileOwnerWrapper::Append(data, how, sums, d), data.size());
  }
  IOStatus Truncate(std::uint64_t size, const IOOptions& how, IODebugContext* d) override {
    auto done = FSWritableFileOwnerWrapper::Truncate(size, how, d);
    if (done.ok()) of_.shrunk(is_, size);
    return done;
  }
  // Nothing is really synced: that would only take time, as the cut looks at what is noted here.
  IOStatus Sync(const IOOptions&, IODebugContext*) override {
    of_.synced(is_);
    return IOStatus::OK();
  }
  IOStatus Fsync(const IOOptions& how, IODebugContext* d) override { return Sync(how, d); }

private:
  IOStatus counted(IOStatus done, std::size_t bytes) {
    if (done.ok()) of_.wrote(is_, bytes);
    return done;
  }

  power_cut& of_;
  power_cut::file is_;
};

class cut_folder final : public FSDirectoryWrapper {
public:
  cut_folder(std::unique_ptr<FSDirectory> real, power_cut& of, std::string name)
      : FSDirectoryWrapper(std::move(real)), of_(of), name_(std::move(name)) {}

  IOStatus Fsync(const IOOptions&, IODebugContext*) override {
    of_.synced_names(name_);
    return IOStatus::OK();
  }
  IOStatus FsyncWithDirOptions(const IOOptions& how, IODebugContext* d, const DirFsyncOptions&) override {
    return Fsync(how, d);
  }

private:
  power_cut& of_;
  std::string name_;
};

std::string plain(const std::string& path) { return fs::path(path).lexically_normal().string(); }

} // namespace

power_cut::power_cut(std::string root, std::string after, std::uint64_t seed, std::function<void()> at_cut)
    : FileSystemWrapper(FileSystem::Default()), root_(plain(root)), after_(std::move(after)), chance_(seed),
      at_cut_(std::move(at_cut)) {
  fs::create_directories(root_);
  for (const auto& one : fs::recursive_directory_iterator(root_))
    if (one.is_regular_file())
      safe_[one.path().string()] = std::make_shared<contents>(contents{one.path(), one.file_size(), one.file_size()});
  names_ = safe_;
}

void power_cut::cut_after(std::uint64_t operations) {
  const std::lock_guard guard(mutex_);
  cut_at_ = operations == 0 ? 0 : operations_ + operations;
}

bool power_cut::was_cut() const {
  const std::lock_guard guard(mutex_);
  return cut_;
}

std::uint64_t power_cut::operations() const {
  const std::lock_guard guard(mutex_);
  return operations_;
}

power_cut::file power_cut::known(const std::string& path) {
  auto& one = names_[plain(path)];
  if (!one) one = std::make_shared<contents>(contents{plain(path)});
  return one;
}

/// Before whatever is done next becomes safe.
void power_cut::step() {
  if (++operations_ == cut_at_ && !cut_) cut();
}

IOStatus power_cut::NewWritableFile(const std::string& name, const FileOptions& how,
                                    std::unique_ptr<FSWritableFile>* made, IODebugContext* d) {
  const std::lock_guard guard(mutex_);
  step();
  auto done = FileSystemWrapper::NewWritableFile(name, how, made, d);
  if (!done.ok()) return done;
  auto& one = names_[plain(name)];
  one = std::make_shared<contents>(contents{plain(name)});
  *made = std::make_unique<cut_file>(std::move(*made), *this, one);
  return done;
}

IOStatus power_cut::ReopenWritableFile(const std::string& name, const FileOptions& how,
                                       std::unique_ptr<FSWritableFile>* made, IODebugContext* d) {
  const std::lock_guard guard(mutex_);
  step();
  auto done = FileSystemWrapper::ReopenWritableFile(name, how, made, d);
  if (done.ok()) *made = std::make_unique<cut_file>(std::move(*made), *this, known(name));
  return done;
}

IOStatus power_cut::ReuseWritableFile(const std::string&, const std::string&, const FileOptions&,
                                      std::unique_ptr<FSWritableFile>*, IODebugContext*) {
  return IOStatus::NotSupported("files are not used again");
}

IOStatus power_cut::NewDirectory(const std::string& name, const IOOptions& how, std::unique_ptr<FSDirectory>* made,
                                 IODebugContext* d) {
  auto done = FileSystemWrapper::NewDirectory(name, how, made, d);
  if (done.ok()) *made = std::make_unique<cut_folder>(std::move(*made), *this, plain(name));
  return done;
}

/// The bytes stay: until its folder is synced, a cut may bring the file back.
IOStatus power_cut::DeleteFile(const std::string& name, const IOOptions&, IODebugContext*) {
  const std::lock_guard guard(mutex_);
  step();
  const auto what = known(name);
  const auto aside = after_ + ".removed-" + std::to_string(++removed_);
  std::error_code failed;
  fs::rename(what->path, aside, failed);
  if (failed) return IOStatus::PathNotFound(name);
  what->path = aside;
  names_.erase(plain(name));
  return IOStatus::OK();
}

IOStatus power_cut::RenameFile(const std::string& from, const std::string& to, const IOOptions& how,
                               IODebugContext* d) {
  const std::lock_guard guard(mutex_);
  step();
  const auto what = known(from);
  if (const auto over = names_.find(plain(to)); over != names_.end()) {
    const auto aside = after_ + ".removed-" + std::to_string(++removed_);
    fs::copy_file(over->second->path, aside);
    over->second->path = aside;
  }
  auto done = FileSystemWrapper::RenameFile(from, to, how, d);
  if (!done.ok()) return done;
  what->path = plain(to);
  names_[plain(to)] = what;
  names_.erase(plain(from));
  return done;
}

void power_cut::wrote(const file& to, std::uint64_t bytes) {
  const std::lock_guard guard(mutex_);
  to->written += bytes;
  step();
}

void power_cut::shrunk(const file& to, std::uint64_t bytes) {
  const std::lock_guard guard(mutex_);
  step();
  to->written = bytes;
  to->synced = std::min(to->synced, bytes);
}

void power_cut::synced(const file& what) {
  const std::lock_guard guard(mutex_);
  step();
  what->synced = what->written;
}

void power_cut::synced_names(const std::string& folder) {
  const std::lock_guard guard(mutex_);
  step();
  const auto inside = [&folder](const auto& one) { return fs::path(one.first).parent_path() == fs::path(folder); };
  std::erase_if(safe_, inside);
  for (const auto& one : names_)
    if (inside(one)) safe_.insert(one);
}

void power_cut::cut() {
  cut_ = true;
  if (at_cut_) at_cut_();
  fs::create_directories(after_);
  std::set<std::string> all;
  for (const auto& [name, what] : names_) all.insert(name);
  for (const auto& [name, what] : safe_) all.insert(name);
  for (const auto& name : all) {
    const auto& from = chance_() % 2 == 0 ? safe_ : names_;
    if (const auto chosen = from.find(name); chosen != from.end()) leave(name, chosen->second);
  }
}

void power_cut::leave(const std::string& name, const file& what) {
  const auto there = fs::path(after_) / fs::path(name).lexically_relative(root_);
  fs::create_directories(there.parent_path());
  fs::copy_file(what->path, there);
  const auto more = what->written > what->synced ? chance_() % (what->written - what->synced + 1) : 0;
  fs::resize_file(there, what->synced + more);
}

} // namespace enclaved::store::test
