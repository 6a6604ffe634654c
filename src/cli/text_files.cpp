#include "cli/text_files.hpp"

#include "base/escape.hpp"
#include "cli/socket.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace enclaved::cli {

namespace {

error unreadable(const std::string& path, std::string_view why) {
  return invalid_request("cannot read " + (path == "-" ? std::string("standard input") : escaped(path)) + ": " +
                         std::string(why));
}

} // namespace

result<std::string> read_text_file(const std::string& path, std::size_t most_bytes) {
  unique_fd opened;
  if (path != "-") opened = unique_fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (path != "-" && !opened.open()) return unreadable(path, std::strerror(errno));
  const int descriptor = path == "-" ? STDIN_FILENO : opened.get();
  std::string text;
  std::array<char, 65'536> some;
  for (;;) {
    const auto got = ::read(descriptor, some.data(), some.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unreadable(path, std::strerror(errno));
    if (got == 0) return text;
    text.append(some.data(), static_cast<std::size_t>(got));
    if (text.size() > most_bytes) return unreadable(path, "it is larger than " + std::to_string(most_bytes) + " bytes");
  }
}

} // namespace enclaved::cli
