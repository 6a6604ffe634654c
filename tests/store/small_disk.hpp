// A disk of a few MiB, for what happens when it is full.
#pragma once

#include "folder.hpp"

#include <catch2/catch.hpp>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <string>
#include <sys/mount.h>
#include <unistd.h>

namespace enclaved::store::test {

class small_disk {
public:
  explicit small_disk(unsigned mib) {
    std::filesystem::create_directories(mounted_at());
    const auto size = "mode=0700,size=" + std::to_string(mib) + "m";
    there_ = mount("none", mounted_at().c_str(), "tmpfs", 0, size.c_str()) == 0;
    if (!there_) WARN("skipped: no file system can be mounted here: " << std::strerror(errno));
  }
  ~small_disk() {
    if (there_) umount2(mounted_at().c_str(), MNT_DETACH);
  }
  small_disk(const small_disk&) = delete;
  small_disk& operator=(const small_disk&) = delete;

  explicit operator bool() const { return there_; }
  std::string at(const char* name) const { return mounted_at() + "/" + name; }

  /// Takes room away until there is only so much left.
  void fill_up_to(std::uintmax_t bytes_left) {
    const auto free = std::filesystem::space(mounted_at()).available;
    if (free <= bytes_left) return;
    const int file = open(at("ballast").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    REQUIRE(fallocate(file, 0, 0, static_cast<off_t>(free - bytes_left)) == 0);
    close(file);
  }
  void make_room() { std::filesystem::remove(at("ballast")); }
  bool remount(unsigned long flags) {
    return mount("none", mounted_at().c_str(), "tmpfs", MS_REMOUNT | flags, "") == 0;
  }

private:
  std::string mounted_at() const { return in_.at("disk"); }

  folder in_;
  bool there_ = false;
};

} // namespace enclaved::store::test
