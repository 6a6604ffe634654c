// A value's way through a heap and out again: MessagePack as a client might send it, into a script that returns it.
#include "base/pack.hpp"
#include "engine/machine.hpp"

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace {

using namespace enclaved;
using namespace enclaved::engine;

class nobody final : public turn_sink {
public:
  void on_print(std::string_view) override { std::abort(); }
  void on_log(log_level, std::string_view, std::string_view) override { std::abort(); }
  void on_tool_call(std::uint32_t, std::string_view, std::string_view, std::uint32_t) override { std::abort(); }
};

run_limits small_limits() {
  auto limits = row(security_level::strict).limits;
  limits.memory_bytes = 4 * bounds::mib;
  limits.value_depth = bounds::nesting;
  limits.timeout_ms = limits.cpu_ms = 60'000; // a sanitised program on a busy machine is slow
  return limits;
}

/// What comes out, or nothing when the value was refused in one of the ways that are foreseen.
std::optional<std::string> through(std::string_view encoded) {
  nobody sink;
  start_order order;
  order.code = "return inputs";
  order.cache_scope = "fuzz";
  order.inputs = encoded;
  order.limits = small_limits();
  const auto end = machine::boot().start(order, sink);
  if (end.waiting) std::abort();
  switch (end.how) {
  case outcome::ok: return std::string(end.result);
  case outcome::validation_error:
  case outcome::memory_limit:
  case outcome::result_limit:
  case outcome::script_error:
    if (end.message.empty() || !pack::is_utf8(end.message)) std::abort();
    return std::nullopt;
  default: std::abort();
  }
}

bool is_value(std::string_view bytes) {
  pack::reader in(bytes);
  std::string_view raw;
  return in.skip(raw, bounds::nesting + 1) && in.at_end();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto once = through({reinterpret_cast<const char*>(data), size});
  if (!once) return 0;
  if (!is_value(*once)) std::abort();
  // What a script returned is a value like any other, and nothing is left to change about it.
  const auto twice = through(*once);
  if (!twice || *twice != *once) std::abort();
  return 0;
}
