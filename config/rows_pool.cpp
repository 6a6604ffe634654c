#include "config/option_rows.hpp"

namespace enclaved::config {

namespace {

using bounds::gib;
using bounds::mib;

constexpr std::uint64_t day_ms = 86'400'000;

std::string text(std::size_t number) { return std::to_string(number); }

option_rows session_rows() {
  return {
      rows::number(
          {"max-sessions", "N", text(bounds::sessions), "sessions at a time; one more is answered OVERLOADED"}, 1,
          10'000'000, [](draft & d) -> auto& { return d.out.max_sessions; }),
      rows::number(
          {"session-timeout-ms", "N", text(bounds::session_timeout_ms),
           "a session in which nothing runs or waits ends after that"},
          1'000, 30 * day_ms, [](draft & d) -> auto& { return d.out.session_timeout_ms; }),
  };
}

option_rows worker_rows() {
  auto workers = rows::number_or_auto(
      {"workers", "N", "auto",
       "worker processes at most; auto: by cores and --workload, and up to four a core while "
       "all are busy"},
      1, bounds::workers, [](draft & d) -> auto& { return d.workers; });
  workers.variable = "WORKER_POOL_SIZE";
  auto preset = rows::make(
      value_kind::choice,
      {"pool-preset", "LEVEL", "",
       "documented numbers for workers, executions-per-worker, queue-length and queue-timeout-ms; each can "
       "still be set"},
      [](draft& d, const option_value& value) { d.pool_preset = static_cast<security_level>(value.choice); });
  preset.choices = level_words();
  return {
      std::move(workers),
      rows::number_or_auto(
          {"workers-min", "N", "auto", "worker processes that are kept when nothing runs; auto: 1"}, 0, bounds::workers,
          [](draft & d) -> auto& { return d.workers_min; }),
      rows::choice(
          {"workload", "KIND", "cpu",
           "what scripts mostly do; automatic workers are as many as cores for cpu, twice that for io, half as many "
           "again "
           "for mixed"},
          {"cpu", "io", "mixed"}, [](draft & d) -> auto& { return d.workload; }),
      std::move(preset),
      rows::number(
          {"executions-per-worker", "N", text(bounds::executions_per_worker), "after so many a worker is replaced"}, 1,
          1'000'000'000, [](draft & d) -> auto& { return d.out.pool.executions_per_worker; }),
      rows::number(
          {"worker-memory-bytes", "N", text(bounds::worker_resident_bytes),
           "a worker process that holds more resident memory is replaced"},
          64 * mib, 64 * gib, [](draft & d) -> auto& { return d.out.pool.worker_memory_bytes; }),
      rows::number(
          {"worker-idle-timeout-ms", "N", text(bounds::worker_idle_ms),
           "a worker above --workers-min that was idle for that long ends"},
          100, day_ms, [](draft & d) -> auto& { return d.out.pool.worker_idle_ms; }),
      rows::number(
          {"queue-length", "N", text(bounds::queue_length),
           "executions that have not started; one more is answered OVERLOADED"},
          1, 1'000'000, [](draft & d) -> auto& { return d.out.pool.queue_length; }),
      rows::number(
          {"queue-timeout-ms", "N", text(bounds::queue_timeout_ms), "how long an execution may wait there"}, 1, day_ms,
          [](draft & d) -> auto& { return d.out.pool.queue_timeout_ms; }),
  };
}

option_rows sandbox_rows() {
  return {
      rows::choice(
          {"security", "LEVEL", "standard", "the security level of a run that names none"}, level_words(),
          [](draft & d) -> auto& { return d.out.security; }),
      rows::choice(
          {"security-max", "LEVEL", "permissive", "the loosest security level a run may name"}, level_words(),
          [](draft & d) -> auto& { return d.out.security_max; }),
      rows::choice(
          {"sandbox", "POLICY", "best-effort",
           "required: refuse to start where a layer of the sandbox is missing; best-effort: say so and go on"},
          {"required", "best-effort"}, [](draft & d) -> auto& { return d.out.sandbox; }),
  };
}

} // namespace

void append_pool_rows(option_rows& table) {
  append_section(table, "Sessions", for_standalone | for_broker, session_rows());
  append_section(table, "Workers", for_standalone | for_runtime, worker_rows());
  append_section(table, "Sandbox", for_all, sandbox_rows());
}

} // namespace enclaved::config
