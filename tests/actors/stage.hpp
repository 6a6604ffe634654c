// A stage for actors: virtual time, peers and neighbours that only remember what they were told.
#pragma once

#include "actors/journal.hpp"
#include "actors/messages.hpp"
#include "actors/sessions.hpp"
#include "engine/pipe.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace enclaved::test {

/// A client that keeps what it is told.
class fake_peer final : public wire::peer {
public:
  explicit fake_peer(std::string tenant = "") { who_.tenant = std::move(tenant); }

  const wire::principal& who() const override { return who_; }
  wire::principal& change() { return who_; }
  void respond(std::uint32_t msgid, std::string_view result) override { responses[msgid].emplace_back(result); }
  void refuse(std::uint32_t msgid, const error& problem) override { refusals[msgid].push_back(problem); }
  void notify(std::string_view method, std::string_view argument) override {
    notifications.emplace_back(method, argument);
  }
  void call_tool(std::string_view, std::string_view call, std::string_view) override { calls.emplace_back(call); }
  void cancel_tool(std::string_view, std::string_view call, std::string_view) override { cancelled.emplace_back(call); }

  std::map<std::uint32_t, std::vector<std::string>> responses;
  std::map<std::uint32_t, std::vector<error>> refusals;
  std::vector<std::pair<std::string, std::string>> notifications;
  std::vector<std::string> calls;
  std::vector<std::string> cancelled;

private:
  wire::principal who_;
};
using fake_peer_ptr = std::shared_ptr<fake_peer>;

/// What the balancer and the runtime of the stage were sent.
struct backstage {
  std::vector<task> to_balancer;
  std::vector<task> to_runtime;
  std::vector<job_id> withdrawn, forgotten, stopped;
};

struct stage_config : caf::actor_system_config {
  stage_config() {
    add_message_types<caf::id_block::enclaved>();
    set("scheduler.policy", caf::atom("testing"));
  }
};

class stage {
public:
  stage();
  explicit stage(const session_settings& settings);
  ~stage();

  /// Runs everything that can run at this instant.
  void settle();
  /// Lets time pass, in steps small enough for every timer.
  void advance(std::chrono::milliseconds by);
  /// Time passes in one step, as for a process that was held up.
  void jump(std::chrono::milliseconds by);

  /// A request of a client, settled.
  std::uint32_t ask(const fake_peer_ptr& who, wire::request what);
  std::uint32_t run(const fake_peer_ptr& who, std::string code, wire::session_options options = {});

  /// What a worker says of a job, settled.
  void report(job_id job, std::uint32_t turn, engine::pipe::turn_state state, const engine::turn_end& end,
              std::string_view records = {}, std::uint32_t count = 0, std::uint32_t part = 0);
  void ends(job_id job, std::uint32_t turn = 0); ///< with the result 42
  void waits_for_tool(job_id job, std::uint32_t turn, std::uint32_t call, std::string_view tool); ///< after calling one
  void answer(const fake_peer_ptr& who, const std::string& session, const std::string& call, std::string value);
  void lose(job_id job, loss why);
  void leave(const fake_peer_ptr& who);

  caf::actor_system& system() { return system_; }
  backstage seen;
  gauges_ptr shown = std::make_shared<gauges>();
  sessions_actor sessions;
  balancer_actor balancer;
  runtime_actor runtime;
  journal_actor journal;

private:
  caf::scheduler::test_coordinator& scheduler();

  stage_config config_;
  caf::actor_system system_{config_};
  std::uint32_t last_msgid_ = 0;
};

/// The member of a MessagePack map, encoded; empty when it is not there.
std::string_view member(std::string_view map, std::string_view key);
std::string text(std::string_view encoded);
std::uint64_t number(std::string_view encoded);
/// The types of the events that a client was told, in order.
std::vector<std::string> event_types(const fake_peer& who);
std::vector<std::uint64_t> event_seqs(const fake_peer& who);

} // namespace enclaved::test
