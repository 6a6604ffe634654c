// Scripts that ended their worker process again and again, by tenant and text. They are refused for a while.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace enclaved {

/// Shared by all sessions; a script that never crashed costs one look at a flag.
class quarantine {
public:
  /// A worker died by its own fault while this script ran.
  void count(std::string_view tenant, std::string_view code, std::uint64_t now_ms);
  bool holds(std::string_view tenant, std::string_view code, std::uint64_t now_ms);

private:
  using script = std::pair<std::string, std::uint64_t>; ///< tenant, digest of the text
  struct record {
    std::uint32_t crashes = 0;
    std::uint64_t last_ms = 0;
  };
  std::atomic<bool> empty_{true};
  std::mutex guard_;
  std::map<script, record> records_;
};

} // namespace enclaved
