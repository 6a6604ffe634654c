// A folder that is gone after the test.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace enclaved::store::test {

class folder {
public:
  folder() {
    std::string name = (std::filesystem::temp_directory_path() / "enclaved-store-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
  }
  ~folder() { std::filesystem::remove_all(path_); }
  folder(const folder&) = delete;
  folder& operator=(const folder&) = delete;

  std::string at(const char* name) const { return (path_ / name).string(); }

private:
  std::filesystem::path path_;
};

} // namespace enclaved::store::test
