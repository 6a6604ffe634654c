#include "store/failure.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <string>

namespace enclaved::store {

namespace {

struct remedy {
  int number; ///< of the system's error
  std::string_view advice;
};

constexpr std::string_view make_room = "the disk is full; make room on it";

constexpr std::array remedies{
    remedy{ENOSPC, make_room},
    remedy{EDQUOT, "the disk quota is used up; raise it or make room"},
    remedy{EROFS, "the file system is read-only; mount it writable"},
    remedy{EACCES, "the data directory may not be written; give it to the server's user"},
    remedy{EPERM, "the data directory may not be written; give it to the server's user"},
    remedy{EMFILE, "the process has too many open files; raise its limit (LimitNOFILE)"},
    remedy{ENFILE, "the system has too many open files; raise its limit (fs.file-max)"},
};

/// RocksDB keeps of most errors of the system only their text, at the end of its own.
bool tells_of(const std::string& text, int number) { return text.ends_with(std::strerror(number)); }

const remedy* remedy_for(const rocksdb::Status& why) {
  if (!why.IsIOError()) return nullptr;
  if (why.IsNoSpace()) return &remedies.front();
  const auto text = why.ToString();
  for (const auto& one : remedies)
    if (tells_of(text, one.number)) return &one;
  return nullptr;
}

} // namespace

error failure(std::string_view what, const rocksdb::Status& why) {
  auto message = "the store " + std::string(what) + ": ";
  if (const auto* known = remedy_for(why))
    return {error_code::unavailable, message + std::string(known->advice) + " (" + why.ToString() + ")"};
  return {error_code::internal, message + why.ToString()};
}

bool is_lack_of_space(const rocksdb::Status& why) {
  return why.IsIOError() && (why.IsNoSpace() || tells_of(why.ToString(), EDQUOT));
}

} // namespace enclaved::store
