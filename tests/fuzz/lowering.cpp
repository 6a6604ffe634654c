// Any bytes as a script that is translated and run, with all optimisations and with none. What the parser takes,
// Duktape's compiler takes, too; both ways print the same; and every end is one that is foreseen.
#include "base/pack.hpp"
#include "engine/lang/parser.hpp"
#include "engine/machine.hpp"
#include "engine/translate.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

using namespace enclaved;
using namespace enclaved::engine;

void need(bool holds) {
  if (!holds) std::abort();
}

constexpr std::size_t source_bytes = 4096;

class transcript final : public turn_sink {
public:
  void on_print(std::string_view text) override { put(text); }
  void on_log(log_level, std::string_view message, std::string_view) override { put(message); }
  void on_tool_call(std::uint32_t, std::string_view name, std::string_view, std::uint32_t) override { put(name); }

  std::string text;

private:
  void put(std::string_view more) { text.append(more).push_back('\n'); }
};

run_limits small_limits() {
  auto limits = row(security_level::strict).limits;
  limits.memory_bytes = 8 * bounds::mib;
  limits.cpu_ms = 200;
  limits.timeout_ms = 10'000; // a sanitised program on a busy machine is slow
  limits.iterations = 2'000;
  limits.output_bytes = 64 * bounds::kib;
  return limits;
}

struct ending {
  outcome how = outcome::ok;
  bool waiting = false;
  std::string message;
  std::string result;
  std::string printed;
};

ending run(std::string_view source, bool optimised) {
  auto& how = the_translate_options();
  how = {};
  how.lower.loops_by_index = how.lower.captures_values = how.lower.omits_checks = optimised;
  transcript sink;
  const auto end = machine::boot().start({.code = source,
                                          .inputs = {},
                                          .cache_scope = optimised ? "optimised" : "plain",
                                          .limits = small_limits(),
                                          .full_stacks = false,
                                          .seed = 1,
                                          .clock_ms = 0},
                                         sink);
  return {end.how, end.waiting, std::string(end.message), std::string(end.result), sink.text};
}

/// Ends that say how far a script came before it was stopped: the two ways take steps of different sizes.
bool was_stopped(const ending& end) {
  switch (end.how) {
  case outcome::ok:
  case outcome::script_error:
    return end.message.find("too deep") != std::string::npos || end.message.find("limit") != std::string::npos;
  default: return true;
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > source_bytes) return 0;
  const std::string_view source{reinterpret_cast<const char*>(data), size};
  lang::pool memory;
  const bool parses = std::holds_alternative<lang::program*>(lang::parse(source, {}, memory));
  const auto fast = run(source, true);
  const auto plain = run(source, false);
  need(pack::is_utf8(fast.message) && pack::is_utf8(fast.printed));
  need((fast.how == outcome::syntax_error) == !parses && (plain.how == outcome::syntax_error) == !parses);
  if (!parses || was_stopped(fast) || was_stopped(plain)) return 0;
  need(fast.how == plain.how && fast.waiting == plain.waiting && fast.printed == plain.printed &&
       fast.result == plain.result);
  return 0;
}
