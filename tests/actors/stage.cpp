#include "stage.hpp"

#include "base/pack.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace enclaved::test {

namespace {

balancer_actor::behavior_type watching_balancer(balancer_actor::pointer, backstage* seen) {
  return {
      [seen](task& what) { seen->to_balancer.push_back(std::move(what)); },
      [seen](const withdraw& what) { seen->withdrawn.push_back(what.job); },
      [](const capacity&) { /* not asked */ },
      [](const slots_freed&) { /* not asked */ },
      [](const handed_back&) { /* not asked */ },
      [](tick) { /* no time */ },
  };
}

runtime_actor::behavior_type watching_runtime(runtime_actor::pointer, backstage* seen) {
  return {
      [seen](task& what) { seen->to_runtime.push_back(std::move(what)); },
      [seen](const forget_job& what) { seen->forgotten.push_back(what.job); },
      [seen](stop_job what) { seen->stopped.push_back(what.job); },
      [](const turns_over&) { /* not asked */ },
      [](const handed_back&) { /* not asked */ },
      [](const worker_wish&) { /* not asked */ },
      [](worker_ready) { /* not asked */ },
      [](const worker_closed&) { /* not asked */ },
      [](const zygote_frame&) { /* not asked */ },
      [](zygote_closed) { /* not asked */ },
      [](tick) { /* no time */ },
  };
}

/// Time stands still on a stage, so a wall clock that never moves will do.
constexpr std::int64_t wall_ms = 1'700'000'000'000;

} // namespace

stage::stage() : stage(session_settings{}) {}

stage::stage(const session_settings& settings) {
  balancer = system_.spawn(watching_balancer, &seen);
  runtime = system_.spawn(watching_runtime, &seen);
  node_settings all;
  all.node = "stage";
  all.sessions = settings;
  const auto operators = std::make_shared<announcer>();
  journal = system_.spawn(
      enclaved::journal, journal_setup{[] { return result<std::unique_ptr<store::store>>(store::make_memory_store()); },
                                       shown,
                                       operators,
                                       [] { return wall_ms; },
                                       [](const error&) { std::abort(); },
                                       [](const std::string&) { /* it is open */ },
                                       {}});
  sessions = system_.spawn(enclaved::sessions,
                           sessions_setup{all, shown, balancer, runtime, journal, operators, [] { return wall_ms; },
                                          [](const gauges&) { return std::string(1, '\x80'); },
                                          [](const gauges&) { return std::string(1, '\x80'); }});
  settle();
}

stage::~stage() {
  caf::anon_send_exit(sessions, caf::exit_reason::user_shutdown);
  settle();
  caf::anon_send_exit(balancer, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(runtime, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(journal, caf::exit_reason::user_shutdown);
  settle();
}

caf::scheduler::test_coordinator& stage::scheduler() {
  return dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler());
}

void stage::settle() { scheduler().run(); }

void stage::advance(std::chrono::milliseconds by) {
  constexpr std::chrono::milliseconds step{10};
  for (auto passed = step; passed <= by; passed += step) {
    scheduler().advance_time(step);
    settle();
  }
}

void stage::jump(std::chrono::milliseconds by) {
  scheduler().advance_time(by);
  settle();
}

std::uint32_t stage::ask(const fake_peer_ptr& who, wire::request what) {
  client_batch batch;
  batch.messages.emplace_back(client_request{who, ++last_msgid_, std::move(what)});
  caf::anon_send(sessions, std::move(batch));
  settle();
  return last_msgid_;
}

std::uint32_t stage::run(const fake_peer_ptr& who, std::string code, wire::session_options options) {
  return ask(who, wire::run{std::move(options), std::move(code), {}});
}

void stage::report(job_id job, std::uint32_t turn, engine::pipe::turn_state state, const engine::turn_end& end,
                   std::string_view records, std::uint32_t count, std::uint32_t part) {
  std::string frame;
  engine::pipe::put_report(frame, {job, turn, part, state, {}}, count, records,
                           state == engine::pipe::turn_state::part ? nullptr : &end);
  frame.erase(0, 4);
  const auto owner = [&] {
    for (auto* tasks : {&seen.to_balancer, &seen.to_runtime})
      for (auto& one : *tasks)
        if (one.job == job) return one.owner;
    return session_actor{};
  }();
  caf::anon_send(owner, turn_report{job, runtime, std::move(frame)});
  settle();
}

void stage::ends(job_id job, std::uint32_t turn) {
  engine::turn_end end;
  end.result = std::string_view("\x2a", 1);
  report(job, turn, engine::pipe::turn_state::ended, end);
}

void stage::waits_for_tool(job_id job, std::uint32_t turn, std::uint32_t call, std::string_view tool) {
  std::string records;
  engine::pipe::put_tool_call(records, call, tool, std::string_view("\x80", 1));
  engine::turn_end end;
  end.waiting = true;
  report(job, turn, engine::pipe::turn_state::waiting, end, records, 1);
}

void stage::answer(const fake_peer_ptr& who, const std::string& session, const std::string& call, std::string value) {
  client_batch batch;
  batch.messages.emplace_back(client_answer{who, {session, call, true, std::move(value)}});
  caf::anon_send(sessions, std::move(batch));
  settle();
}

void stage::lose(job_id job, loss why) {
  for (auto* tasks : {&seen.to_balancer, &seen.to_runtime})
    for (auto& one : *tasks)
      if (one.job == job) {
        caf::anon_send(one.owner, job_lost{job, why});
        return settle();
      }
}

void stage::leave(const fake_peer_ptr& who) {
  caf::anon_send(sessions, client_gone{who});
  settle();
}

std::string_view member(std::string_view map, std::string_view key) {
  pack::reader from(map);
  std::uint32_t pairs = 0;
  if (!from.map(pairs)) return {};
  for (std::uint32_t i = 0; i < pairs; ++i) {
    std::string_view name;
    std::string_view value;
    if (!from.str(name) || !from.skip(value)) return {};
    if (name == key) return value;
  }
  return {};
}

std::string text(std::string_view encoded) {
  pack::reader from(encoded);
  std::string_view out;
  return from.str(out) ? std::string(out) : std::string();
}

std::uint64_t number(std::string_view encoded) {
  pack::reader from(encoded);
  std::uint64_t out = 0;
  return from.unsigned_int(out) ? out : ~std::uint64_t{0};
}

std::vector<std::string> event_types(const fake_peer& who) {
  std::vector<std::string> types;
  for (const auto& [method, argument] : who.notifications)
    if (method == "event") types.push_back(text(member(argument, "type")));
  return types;
}

std::vector<std::uint64_t> event_seqs(const fake_peer& who) {
  std::vector<std::uint64_t> seqs;
  for (const auto& [method, argument] : who.notifications)
    if (method == "event" && !member(argument, "seq").empty()) seqs.push_back(number(member(argument, "seq")));
  return seqs;
}

} // namespace enclaved::test
