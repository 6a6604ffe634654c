#include "actors/status.hpp"

#include "base/pack.hpp"
#include "engine/sandbox.hpp"

namespace enclaved {

namespace {

void put_sandbox(pack::writer& to, engine::sandbox::layer_set held) {
  to.map(engine::sandbox::layers);
  for (std::size_t i = 0; i < engine::sandbox::layers; ++i) {
    const auto layer = static_cast<engine::sandbox::layer>(i);
    to.str(engine::sandbox::name(layer)).boolean((held & engine::sandbox::bit(layer)) != 0);
  }
}

void put_store(pack::writer& to, const store_health& store) {
  const auto why_not = store.why_not();
  to.map(why_not.empty() ? 1 : 2).str("ok").boolean(store.is_well());
  if (!why_not.empty()) to.str("reason").str(why_not);
}

/// This node's own runtime.
void put_runtimes(pack::writer& to, const node_facts& facts, const gauges& shown) {
  to.array(1).map(6).str("id").str(facts.node).str("address").str("local");
  to.str("labels").map(static_cast<std::uint32_t>(facts.labels.size()));
  for (const auto& [key, value] : facts.labels) to.str(key).str(value);
  to.str("status").str(shown.draining ? "draining" : shown.runtime_ready ? "ready" : "starting");
  to.str("active").number(shown.executions_active.load()).str("workers").number(shown.workers.load());
}

} // namespace

std::string status_answer(const node_facts& facts, const gauges& shown, std::uint64_t now_ms) {
  pack::buffer out;
  pack::writer to(out);
  const auto workers = shown.workers.load();
  const auto active = std::min(workers, shown.workers_active.load());
  to.map(11).str("node").str(facts.node).str("role").str(facts.role).str("version").str(facts.version);
  to.str("uptime_ms").number(now_ms - facts.started_at_ms);
  put_sandbox(to.str("sandbox"), shown.sandbox_layers.load());
  to.str("executions")
      .map(4)
      .str("active")
      .number(shown.executions_active.load())
      .str("waiting")
      .number(shown.executions_waiting.load());
  to.str("total").number(shown.executions_total.load()).str("failed").number(shown.executions_failed.load());
  to.str("sessions").map(1).str("total").number(shown.sessions.load() + shown.sessions_resting.load());
  to.str("queue").map(1).str("depth").number(shown.queue_depth.load());
  to.str("workers").map(3).str("total").number(workers).str("active").number(active).str("idle").number(workers -
                                                                                                        active);
  put_store(to.str("store"), shown.store);
  put_runtimes(to.str("runtimes"), facts, shown);
  return std::move(out.bytes);
}

std::string runtimes_answer(const node_facts& facts, const gauges& shown) {
  pack::buffer out;
  pack::writer to(out);
  to.map(1);
  put_runtimes(to.str("runtimes"), facts, shown);
  return std::move(out.bytes);
}

} // namespace enclaved
