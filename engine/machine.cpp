#include "engine/machine.hpp"

#include "engine/budget.hpp"
#include "engine/compile_cache.hpp"
#include "engine/duktape/inside.h"
#include "engine/failure.hpp"
#include "engine/heap.hpp"
#include "engine/image.hpp"
#include "engine/judge.hpp"
#include "engine/natives.hpp"
#include "engine/turn.hpp"

#include <algorithm>

namespace enclaved::engine {

/// What an execution is in. Only `waiting` can be parked or resumed.
enum class stage : std::uint8_t { fresh, spent, waiting };

struct machine::state {
  engine::arena& memory = engine::arena::map();
  duk_context* ctx = make_heap(memory);
  image warm{memory};
  compile_cache cache;
  outbox work; ///< of natives and of what leaves the heap
  stage now = stage::fresh;
  script_rules rules;
  judgement verdict; ///< on the script that was started last
  std::string diagnosis;

  void make_fresh() {
    if (now != stage::fresh) warm.restore();
    now = stage::fresh;
  }

  /// The one way into the heap for a script.
  turn enter(execution& of, turn_sink& sink) {
    warm.changes();
    enclaved_forget_scopes();
    return turn(ctx, of, sink, work);
  }

  bool refuses(const start_order& order, turn_sink& sink);
  execution& begin(const start_order& order);
  turn_end finish(execution& of, turn& it);
};

machine::machine() : state_(std::make_unique<state>()) {
  the_turn().out = &state_->work;
  the_budget();
}
machine::~machine() = default;

machine& machine::boot() {
  static machine only;
  return only;
}

void machine::watch_writes() { state_->warm.watch_writes(); }
std::uint64_t machine::identity() const { return state_->warm.identity(); }
void machine::watch(const std::atomic<std::uint32_t>* stop, std::uint32_t value) { the_budget().watch(stop, value); }

namespace {

/// Neighbouring seeds must not give neighbouring sequences.
std::uint64_t scrambled(std::uint64_t& seed) {
  seed += 0x9e3779b97f4a7c15;
  auto mixed = (seed ^ seed >> 30) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
  return mixed ^ mixed >> 31;
}

} // namespace

execution& machine::state::begin(const start_order& order) {
  auto& it = execution_in(memory);
  it = execution{};
  it.limits = order.limits;
  auto seed = order.seed;
  it.random = {scrambled(seed), scrambled(seed)};
  it.clock_ms = order.clock_ms;
  it.full_stacks = order.full_stacks;
  it.replays = order.replays;
  memory.limit_to(std::clamp<std::size_t>(order.limits.memory_bytes, bounds::heap_bytes_min, bounds::heap_bytes_max));
  return it;
}

turn_end machine::state::finish(execution& of, turn& it) {
  auto end = it.end();
  now = end.waiting ? stage::waiting : stage::spent;
  end.run_us = of.run_us;
  end.cpu_us = of.cpu_us;
  end.memory_peak_bytes = memory.high_water();
  end.output_bytes = of.output_bytes;
  end.tool_calls = of.tool_calls;
  end.cache_hit = of.cache_hit;
  return end;
}

void machine::obey(script_rules rules) { state_->rules = std::move(rules); }

/// What is played again has been let in before; that it is suspect is said again.
bool machine::state::refuses(const start_order& order, turn_sink& sink) {
  if (!rules.any()) return false;
  verdict = judge(order.code, rules);
  if (verdict.how == outcome::ok && !verdict.message.empty())
    sink.on_log(log_level::warn, verdict.message, verdict.details);
  return verdict.how != outcome::ok && !order.replays;
}

turn_end machine::start(const start_order& order, turn_sink& sink) {
  auto& s = *state_;
  s.work.clear();
  if (s.refuses(order, sink)) {
    s.make_fresh();
    turn_end end;
    end.how = s.verdict.how;
    end.message = s.verdict.message;
    end.details = s.verdict.details;
    end.line = s.verdict.line;
    end.column = s.verdict.column;
    return end;
  }
  const auto key = compile_cache::key_of(order.cache_scope, order.code, order.limits.iterations);
  bool compiled = false;
  if (const auto* entry = s.cache.find(key); entry != nullptr && entry->peak_bytes <= order.limits.memory_bytes) {
    compiled = s.warm.apply(entry->delta);
    s.now = stage::spent;
  }
  if (!compiled) s.make_fresh();
  s.now = stage::spent;
  auto& of = s.begin(order);
  auto it = s.enter(of, sink);
  of.cache_hit = compiled;
  if (compiled) {
    it.start(order.inputs, order.state);
  } else if (!s.cache.wants(key)) {
    it.compile_and_start(order.code, order.inputs, order.state);
  } else if (it.compile(order.code)) {
    s.cache.keep(key, s.warm, s.memory);
    s.warm.changes();
    it.start(order.inputs, order.state);
  }
  return s.finish(of, it);
}

turn_end machine::resume(const delivery_batch& batch, turn_sink& sink) {
  auto& s = *state_;
  s.work.clear();
  auto& of = execution_in(s.memory);
  auto it = s.enter(of, sink);
  if (s.now != stage::waiting) {
    it.refuse("nothing waits for a delivery");
    return it.end();
  }
  of.clock_ms = batch.clock_ms;
  it.resume(batch);
  return s.finish(of, it);
}

void machine::charge(std::uint64_t run_us, std::uint64_t cpu_us) {
  if (state_->now != stage::waiting) return;
  state_->warm.changes();
  auto& of = execution_in(state_->memory);
  of.replays = false;
  of.run_us = run_us;
  of.cpu_us = cpu_us;
}

turn_end machine::check(std::string_view code) {
  auto& s = *state_;
  s.diagnosis = diagnosis(code, s.rules);
  turn_end end;
  end.result = s.diagnosis;
  return end;
}

std::size_t machine::delta_bytes() { return state_->now == stage::waiting ? state_->warm.delta_bytes() : 0; }

bool machine::park(std::span<char> out, std::size_t& used) {
  used = state_->now == stage::waiting ? state_->warm.write_delta(out) : 0;
  return used != 0;
}

bool machine::unpark(std::span<const char> delta) {
  state_->now = state_->warm.apply(delta) ? stage::waiting : stage::fresh;
  return state_->now == stage::waiting;
}

void machine::forget() {
  state_->make_fresh();
  state_->work.clear();
}

std::span<const char> machine::arena() const {
  return {state_->memory.begin(), std::max(state_->memory.touched(), state_->warm.bytes())};
}

} // namespace enclaved::engine
