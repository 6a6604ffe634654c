// Owns one session: a journal of what happened, the executions in their order, and whoever follows them.
//
// The journal is the session. What a turn of a script did is recorded first and told to clients after; a heap is only a
// cache of it. When a worker dies, its execution gets a new job: the same script with the same seed and the same
// deliveries does the same again, silently up to where it stood, and goes on from there.
//
//   idle ──run──▶ queued ──▶ running ──asks tools──▶ waiting ──answers──▶ running … ──final──▶ idle, or ended
#pragma once

#include "actors/announcer.hpp"
#include "actors/audience.hpp"
#include "actors/card.hpp"
#include "actors/execution.hpp"
#include "actors/gauges.hpp"
#include "actors/journal.hpp"
#include "actors/messages.hpp"
#include "actors/payloads.hpp"
#include "actors/quarantine.hpp"
#include "actors/run_plan.hpp"
#include "actors/settings.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace enclaved {

/// What all sessions of a node are given.
struct session_surroundings {
  session_settings settings;
  gauges_ptr shown;
  sessions_actor directory;
  balancer_actor balancer;
  runtime_actor runtime;
  std::function<std::int64_t()> wall_ms;
  std::shared_ptr<quarantine> refused;
  std::shared_ptr<announcer> operators;
};
using surroundings_ptr = std::shared_ptr<const session_surroundings>;

enum class lifetime : std::uint8_t { one_run, until_idle };

struct session_setup {
  session_key key = 0;
  std::string id;
  std::string tenant;
  lifetime lives = lifetime::until_idle;
  card_ptr card;
  surroundings_ptr around;
  client_request first; ///< the request that creates it: `run` or `session.open`
};

class session_state {
public:
  session_actor::behavior_type start(session_actor::pointer self);

private:
  void begin(session_setup&& setup);

  // What clients ask (session_requests.cpp).
  void on_request(client_request& request);
  void open(const client_request& request, const wire::session_open& what);
  void run(const client_request& request, wire::run& what);
  void attach(const client_request& request, const wire::session_attach& what);
  void events(const client_request& request, const wire::session_events& what);
  void cancel(const client_request& request, const wire::session_cancel& what);
  void close(const client_request& request);
  void info(const client_request& request);
  void tool_result(const client_request& request, const wire::tool_result& what);
  std::string brief() const;
  void write_brief(pack::writer& to) const;
  bool follow(const client_request& request, std::optional<wire::event_mask> events,
              std::optional<wire::tool_mode> mode);

  // How executions go on (session_turns.cpp).
  void begin_next();
  void on_report(const turn_report& report);
  void on_recorded(const engine::pipe::report& report);
  void on_played_again(const engine::pipe::report& report);
  void on_lost(job_lost what);
  void on_refused(const job_refused& what);
  void rebuild(std::string_view reason);
  void wait();
  void go_on();
  enum class ended_by : std::uint8_t { itself, outside };
  void end(const payload::final_facts& known, ended_by by);
  void end_with(outcome how, std::string_view message);
  void end_by_limit(outcome how, std::string_view limit, std::uint64_t value);

  // Tool calls (session_tools.cpp).
  void call_tool(const engine::pipe::record& what);
  void ask(std::uint32_t number, open_call& what);
  void ask_again();
  void answer(std::uint32_t number, bool ok, std::string value, outcome uncaught);
  void withdraw_calls(std::string_view reason);
  error take_answer(std::string_view call, bool ok, std::string_view value, bool& taken);
  void expire_calls(std::uint64_t now);

  // Timers (session_timers.cpp).
  void set_timer(const engine::pipe::record& what);
  void cancel_timer(std::uint32_t number);
  void fire_timers(std::uint64_t now);
  const wire::tool_spec* spec_of(std::string_view tool) const;
  std::string call_id(std::uint32_t number) const;

  // Time and telling (session.cpp).
  void record(wire::event_type type, std::string payload);
  std::string encoded(std::uint64_t seq) const;
  void on_woken();
  void wake_at(std::uint64_t at_ms);
  void plan_wake_up();
  void shows(session_status status);
  void heartbeat(std::uint64_t now);
  void finish();
  std::uint64_t now_ms() const;
  std::int64_t wall_ms() const { return setup_.around->wall_ms(); }
  std::int64_t expires_at() const;

  session_actor::pointer self_ = nullptr;
  session_setup setup_;
  run_plan plan_; ///< what its runs may use at most
  tool_list tools_;
  wire::label_list labels_;
  std::string metadata_; ///< MessagePack, empty: none
  std::int64_t created_at_ = 0;
  journal journal_;
  audience audience_;
  std::deque<std::unique_ptr<execution>> queue_; ///< behind the current one
  std::unique_ptr<execution> now_;               ///< the execution that runs or waits
  bool draining_ = false;
  bool closing_ = false; ///< nothing further begins
  bool over_ = true;     ///< it has no session
  std::uint64_t idle_since_ms_ = 0;
  std::uint64_t wake_at_ms_ = 0; ///< the earliest wake-up that is on its way, 0: none
  std::uint64_t heartbeat_at_ms_ = 0;
  std::uint64_t runs_ = 0, failures_ = 0, tool_calls_ = 0;
};

/// It waits for `begin_session`.
session_actor::behavior_type session(session_actor::stateful_pointer<session_state> self);

} // namespace enclaved
