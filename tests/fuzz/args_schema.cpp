// Two values of MessagePack, one behind the other, as a tool's schema and the arguments of a call: whatever they are,
// the answer comes in bounded time, is readable, and follows from them alone.
#include "wire/args_schema.hpp"
#include "base/pack.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

using namespace enclaved;

void need(bool holds) {
  if (!holds) std::abort();
}

constexpr std::size_t answer_bytes = 1024 * 1024;
constexpr std::uint32_t depth = 64;

std::string map_of_one(std::string_view key, std::string_view value) {
  pack::buffer out;
  pack::writer to(out);
  to.map(1).str(key);
  return out.bytes + std::string(value);
}

std::string list_of_one(std::string_view value) { return "\x91" + std::string(value); }

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pack::reader in({reinterpret_cast<const char*>(data), size});
  std::string_view schema;
  std::string_view args;
  if (!in.skip(schema, depth) || !in.skip(args, depth) || !in.at_end()) return 0;
  const auto answer = wire::misfit(schema, args);
  need(answer.size() <= answer_bytes && pack::is_utf8(answer));
  need(answer == wire::misfit(schema, args));
  need(wire::misfit("\xc3", args).empty());
  // What fits one schema fits the choice between it and itself, unless there is too much to look at.
  if (answer.empty()) {
    const auto choice = wire::misfit(map_of_one("allOf", list_of_one(schema)), args);
    need(choice.empty() || choice.find("too much") != std::string::npos || choice.find("deeper") != std::string::npos);
  }
  return 0;
}
