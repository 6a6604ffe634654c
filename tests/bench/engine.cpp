// What the engine costs, in one process and one thread: the median of many rounds, in microseconds.
#include "base/pack.hpp"
#include "engine/machine.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

using namespace enclaved;
using namespace enclaved::engine;

namespace {

class nobody : public turn_sink {
public:
  void on_print(std::string_view) override {}
  void on_log(log_level, std::string_view, std::string_view) override {}
  void on_tool_call(std::uint32_t, std::string_view, std::string_view, std::uint32_t) override {}
};

/// `before` is not measured.
template <class F, class Before = void (*)()>
double median_us(
    std::size_t rounds, F&& once, Before&& before = [] {}) {
  std::vector<double> took;
  took.reserve(rounds);
  for (std::size_t i = 0; i < rounds; ++i) {
    before();
    const auto from = std::chrono::steady_clock::now();
    once(i);
    took.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - from).count());
  }
  std::nth_element(took.begin(), took.begin() + static_cast<std::ptrdiff_t>(rounds / 2), took.end());
  return took[rounds / 2];
}

void report(const char* what, double value, const char* unit, double target) {
  std::printf("%-52s %9.2f %-4s (target %g)\n", what, value, unit, target);
}

start_order order_of(std::string_view code) {
  start_order order;
  order.code = code;
  order.cache_scope = "bench";
  order.limits = row(security_level::standard).limits;
  order.seed = 1;
  order.clock_ms = 1'700'000'000'000;
  return order;
}

constexpr std::string_view realistic = R"(
var users = [];
for (var i = 0; i < 20; i++) users.push({ id: i, name: 'user ' + i, tags: ['a', 'b'], active: i % 3 === 0 });
var active = users.filter(function (u) { return u.active; }).map(function (u) { return u.name.toUpperCase(); });
var totals = {};
users.forEach(function (u) { u.tags.forEach(function (t) { totals[t] = (totals[t] || 0) + u.id; }); });
return { active: active, totals: totals, text: JSON.stringify(users).length };
)";

/// {k0: {n: 0, text: "…"}, …}
std::string some_state(std::uint32_t keys) {
  pack::buffer out;
  pack::writer to(out);
  to.map(keys);
  for (std::uint32_t i = 0; i < keys; ++i)
    to.str("k" + std::to_string(i)).map(2).str("n").number(i).str("text").str("a text of some length, as they are");
  return out.bytes;
}

} // namespace

int main() {
  constexpr std::size_t rounds = 20'000;
  auto& engine = machine::boot();
  engine.watch_writes(); // as a worker process does
  nobody sink;
  std::printf("image: %zu KiB\n", engine.arena().size() / bounds::kib);

  const auto trivial = order_of("return 1 + 1");
  report("fresh heap after a trivial script",
         median_us(
             rounds, [&](std::size_t) { engine.forget(); }, [&] { engine.start(trivial, sink); }),
         "us", 20);
  for (int i = 0; i < 3; ++i) engine.start(trivial, sink);
  report("trivial script, compiled before", median_us(rounds, [&](std::size_t) { engine.start(trivial, sink); }), "us",
         12);
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < rounds; ++i) texts.push_back("return " + std::to_string(i) + " + 1");
  report("trivial script, every text different",
         median_us(rounds, [&](std::size_t i) { engine.start(order_of(texts[i]), sink); }), "us", 25);
  std::vector<std::string> longer;
  for (std::size_t i = 0; i < rounds / 4; ++i)
    longer.push_back("var n = " + std::to_string(i) + ";" + std::string(realistic));
  report("realistic script, every text different",
         median_us(longer.size(), [&](std::size_t i) { engine.start(order_of(longer[i]), sink); }), "us", 160);
  const auto same = order_of(realistic);
  for (int i = 0; i < 3; ++i) engine.start(same, sink);
  report("realistic script, compiled before", median_us(rounds / 4, [&](std::size_t) { engine.start(same, sink); }),
         "us", 60);

  const auto waits = order_of("var r = await(callTool('users:get', {id: 7})); return r + 1");
  for (int i = 0; i < 3; ++i) engine.start(waits, sink);
  report("start to a simple await", median_us(rounds, [&](std::size_t) { engine.start(waits, sink); }), "us", 15);
  std::vector<char> delta(engine.delta_bytes());
  report("its delta", static_cast<double>(delta.size()) / 1024, "KiB", 24);
  std::size_t used = 0;
  report("park", median_us(rounds, [&](std::size_t) { engine.park(delta, used); }), "us", 8);
  report("unpark", median_us(rounds, [&](std::size_t) { engine.unpark(delta); }), "us", 13);
  const delivery answer{.call = 1, .ok = true, .value = "\x2a"};
  const delivery_batch batch{.clock_ms = 1, .items = {&answer, 1}};
  report("unpark, resume, end",
         median_us(rounds,
                   [&](std::size_t) {
                     engine.unpark(delta);
                     engine.resume(batch, sink);
                   }),
         "us", 25);

  auto thousand = order_of("for (let i = 0; i < 1000; i++) callTool('users:get', {id: 7}); return 1");
  thousand.limits.tool_calls = 1'000;
  const auto nothing = order_of("for (let i = 0; i < 1000; i++) ; return 1");
  for (int i = 0; i < 3; ++i) {
    engine.start(thousand, sink);
    engine.start(nothing, sink);
  }
  const auto asking = median_us(rounds / 20, [&](std::size_t) { engine.start(thousand, sink); });
  report("a tool call, of 1,000 in a turn",
         (asking - median_us(rounds / 20, [&](std::size_t) { engine.start(nothing, sink); })) / 1'000, "us", 2);

  const std::string state = some_state(20);
  const auto with_state = [&](std::string_view code) {
    auto order = order_of(code);
    order.state = state;
    for (int i = 0; i < 3; ++i) engine.start(order, sink);
    return median_us(rounds / 4, [&](std::size_t) { engine.start(order, sink); });
  };
  const auto unnamed = with_state("return 1");
  report("a state of 20 keys that nobody names, and its script", unnamed, "us", 15);
  report("naming it", with_state("return $state.k1.n") - unnamed, "us", 30);
  report("naming it and changing a key", with_state("$state.k1.n = 2; return 1") - unnamed, "us", 40);
  return 0;
}
