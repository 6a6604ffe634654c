// What is in flight on one connection: the client's requests that wait for a response, and the tool calls that we
// asked. Both are bounded, and each is answered once.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace enclaved::edge {

/// A tool call that a client was asked.
struct asked_call {
  std::string session;
  std::string call;
};

class exchange {
public:
  enum class entry : std::uint8_t { accepted, repeated, full };

  explicit exchange(std::size_t bound) : bound_(bound) {}

  entry begin(std::uint32_t msgid);
  bool end(std::uint32_t msgid); ///< false: it is not in flight (any more)

  std::optional<std::uint32_t> ask(std::string_view session,
                                   std::string_view call); ///< nothing when the bound is reached
  std::optional<asked_call> answered(std::uint32_t id);
  void forget(std::string_view session, std::string_view call); ///< a late answer is then ignored

private:
  const std::size_t bound_;
  std::mutex mutex_;
  std::unordered_set<std::uint32_t> requests_;
  std::unordered_map<std::uint32_t, asked_call> calls_;
  std::uint32_t last_id_ = 0;
};

} // namespace enclaved::edge
