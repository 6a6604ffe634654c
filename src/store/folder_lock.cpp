#include "store/folder_lock.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace enclaved::store {

folder_lock::~folder_lock() {
  if (descriptor_ >= 0) close(descriptor_);
}

result<folder_lock> folder_lock::take(const std::string& folder) {
  folder_lock taken;
  taken.descriptor_ = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (taken.descriptor_ < 0)
    return error{error_code::unavailable,
                 "the store's folder " + folder + " cannot be opened: " + std::strerror(errno)};
  // Where folders cannot be locked, as on some network file systems, the database's own lock has to do.
  if (flock(taken.descriptor_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
    return error{error_code::conflict, // waiting does not help: two servers were given one folder
                 "another process uses the store in " + folder + "; a data directory belongs to one server at a time"};
  return taken;
}

} // namespace enclaved::store
