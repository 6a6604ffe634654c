#include "actors/node.hpp"

#include "actors/balancer.hpp"
#include "actors/journal.hpp"
#include "actors/loop_scheduler.hpp"
#include "actors/runtime.hpp"
#include "actors/sessions.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/send.hpp>
#include <chrono>
#include <cstdlib>
#include <future>

namespace enclaved {

namespace {

struct system_config : caf::actor_system_config {
  explicit system_config(const loops& on) {
    add_message_types<caf::id_block::enclaved>();
    module_factories.emplace_back([on](caf::actor_system& system) { return new loop_scheduler(system, on); });
  }
};

constexpr std::uint64_t heartbeat_stale_ms = 5'000;
constexpr std::uint32_t store_opens_ms = 600'000; ///< a long log is read first
constexpr int store_failed_status = 74;           ///< EX_IOERR

result<std::unique_ptr<engine::nursery>> launch_zygote() {
  auto launched = engine::zygote::launch();
  if (!launched) return launched.problem();
  return std::unique_ptr<engine::nursery>(std::make_unique<engine::zygote>(std::move(*launched)));
}

/// Nothing of it may be acknowledged any more, so nobody may be told anything: the next process looks at what is there.
void end_at_once(const error& why) {
  log::error("server ends: its store failed, and what it has promised may not be there", {{"reason", why.message}});
  log::stop();
  std::_Exit(store_failed_status);
}

/// What the read under way on this I/O thread has brought so far.
thread_local client_batch gathered;

} // namespace

struct node::actors {
  explicit actors(const loops& on) : config(on) {}

  system_config config;
  caf::actor_system system{config};
  journal_actor journal;
  balancer_actor balancer;
  runtime_actor runtime;
  sessions_actor sessions;
};

node::node(node_settings settings, node_facts facts, loops run_on, link_factory open_link, store_opener open_store)
    : settings_(std::move(settings)), facts_(std::move(facts)), shown_(std::make_shared<gauges>()),
      run_on_(std::move(run_on)), open_link_(std::move(open_link)), open_store_(std::move(open_store)) {}

node::~node() { stop(); }

status node::start(std::uint32_t timeout_ms) {
  actors_ = std::make_unique<actors>(run_on_);
  auto& all = *actors_;
  const auto operators = std::make_shared<announcer>();
  const auto ready = std::make_shared<std::promise<std::string>>();
  auto problem = ready->get_future();
  const auto opened = std::make_shared<std::promise<std::string>>();
  auto store_problem = opened->get_future();
  // With a thread of its own, because it waits for the disk.
  all.journal = all.system.spawn<caf::detached>(
      journal, journal_setup{open_store_, shown_, operators, wall_ms, end_at_once,
                             [opened](const std::string& text) { opened->set_value(text); }, settings_.backups_folder});
  all.balancer = all.system.spawn(balancer, balancer_setup{settings_.queue, shown_});
  all.runtime = all.system.spawn(runtime, runtime_setup{settings_.pool, shown_, all.balancer, operators, open_link_,
                                                        launch_zygote,
                                                        [ready](const std::string& text) { ready->set_value(text); }});
  all.sessions = all.system.spawn(
      sessions,
      sessions_setup{settings_, shown_, all.balancer, all.runtime, all.journal, operators, wall_ms,
                     [facts = facts_](const gauges& shown) { return status_answer(facts, shown, steady_ms()); },
                     [facts = facts_](const gauges& shown) { return runtimes_answer(facts, shown); }});
  if (store_problem.wait_for(std::chrono::milliseconds(store_opens_ms)) != std::future_status::ready)
    return error{error_code::unavailable,
                 "the store could not be opened within " + std::to_string(store_opens_ms) + " ms"};
  if (auto text = store_problem.get(); !text.empty()) return error{error_code::unavailable, std::move(text)};
  if (problem.wait_for(std::chrono::milliseconds(timeout_ms)) != std::future_status::ready)
    return error{error_code::unavailable, "no worker process was ready within " + std::to_string(timeout_ms) + " ms"};
  if (auto text = problem.get(); !text.empty()) return error{error_code::unavailable, std::move(text)};
  return done{};
}

void node::drain() { caf::anon_send(actors_->sessions, drain_now{}); }

void node::stop() {
  if (!actors_) return;
  auto& all = *actors_;
  // Against the direction of data, so that nobody sends to one who is gone.
  caf::anon_send_exit(all.sessions, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(all.runtime, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(all.balancer, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(all.journal, caf::exit_reason::user_shutdown);
  all.journal = journal_actor{};
  all.sessions = sessions_actor{};
  all.runtime = runtime_actor{};
  all.balancer = balancer_actor{};
  actors_.reset();
}

void node::on_request(const wire::peer_ptr& from, std::uint32_t msgid, wire::request&& what) {
  gathered.messages.emplace_back(client_request{from, msgid, std::move(what)});
}

void node::on_tool_answer(const wire::peer_ptr& from, wire::tool_answer&& answer) {
  gathered.messages.emplace_back(client_answer{from, std::move(answer)});
}

void node::on_gone(const wire::peer_ptr& from) { caf::anon_send(actors_->sessions, client_gone{from}); }

void node::on_read_done() {
  if (!gathered.messages.empty()) caf::anon_send(actors_->sessions, std::exchange(gathered, {}));
}

wire::health node::probe() const {
  const auto beat = shown_->heartbeat_ms.load();
  wire::health now;
  now.alive = beat == 0 || steady_ms() - beat < heartbeat_stale_ms;
  now.ready = now.alive && shown_->runtime_ready && !shown_->draining;
  if (!now.alive)
    now.reason = "the actors do not answer";
  else if (shown_->draining)
    now.reason = "draining";
  else if (!now.ready)
    now.reason = "no worker process is ready";
  return now;
}

} // namespace enclaved
