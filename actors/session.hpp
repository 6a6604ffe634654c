// Owns one session: a journal of what happened, the executions in their order, and whoever follows them.
//
// The journal is the session. What a turn of a script did is recorded first and told to clients after; a heap is only a
// cache of it. When a worker dies, its execution gets a new job: the same script with the same seed and the same
// deliveries does the same again, silently up to where it stood, and goes on from there.
//
// A durable session writes every change of itself down as a fact, and whoever would hear of it waits until the disk has
// it. The script does not wait: it has no effect but what is told, and everything that follows from a lost fact would
// be lost with it.
//
//   idle ──run──▶ queued ──▶ running ──asks tools──▶ waiting ──answers──▶ running … ──final──▶ idle, or ended
#pragma once

#include "actors/announcer.hpp"
#include "actors/audience.hpp"
#include "actors/card.hpp"
#include "actors/execution.hpp"
#include "actors/facts.hpp"
#include "actors/gauges.hpp"
#include "actors/history.hpp"
#include "actors/messages.hpp"
#include "actors/payloads.hpp"
#include "actors/quarantine.hpp"
#include "actors/run_plan.hpp"
#include "actors/settings.hpp"
#include "wire/state.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace enclaved {

/// What all sessions of a node are given.
struct session_surroundings {
  session_settings settings;
  gauges_ptr shown;
  sessions_actor directory;
  balancer_actor balancer;
  runtime_actor runtime;
  journal_actor journal;
  std::function<std::int64_t()> wall_ms;
  std::shared_ptr<quarantine> refused;
  std::shared_ptr<announcer> operators;
};
using surroundings_ptr = std::shared_ptr<const session_surroundings>;

/// When a session ends. Numbers are on disk.
enum class lifetime : std::uint8_t {
  one_run,    ///< with the run that made it
  until_idle, ///< when it has been idle for long
  kept_run,   ///< likewise, but it was made for a run and need not stay in memory after it
};

struct session_setup {
  session_key key = 0;
  std::string id;
  std::string tenant;
  lifetime lives = lifetime::until_idle;
  card_ptr card;
  surroundings_ptr around;
  client_request first; ///< the request that creates it: `run` or `session.open`; nobody's when it is read back
  store::session_number stored = 0; ///< of a durable one
  bool is_read_back = false;        ///< it is in the store already
};

class session_state {
public:
  session_actor::behavior_type start(session_actor::pointer self);

private:
  /// A client wants events that have left memory: those of a listing, or those it has missed before it follows.
  struct page_wish {
    client_request asked;
    std::uint64_t next = 1;      ///< the next event for it
    std::string page = {};       ///< of a listing, so far
    std::uint32_t count = 0;     ///< likewise
    std::uint64_t entry_seq = 0; ///< the first event of what is being read
  };

  void begin(session_setup&& setup);

  // What clients ask (session_requests.cpp).
  void on_request(client_request& request);
  void on_late_request(client_request& request);
  void reply(const client_request& to, std::string answer);
  void open(const client_request& request, const wire::session_open& what);
  void run(const client_request& request, wire::run& what);
  void join(const join_run& what);
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

  // What is written down, and told when it is (session_journal.cpp).
  bool durable() const { return setup_.stored != 0; }
  template <class Fact>
  void note(const Fact& what) {
    if (durable()) facts_.add(what);
  }
  void change(store::change what) { changes_.push_back(std::move(what)); }
  void note_head();
  void note_name();
  void note_accepted(const execution& run);
  void wake_up();
  void rest();
  void note_removal();
  void free_memory();
  void make_room();
  bool is_fuller_than(std::size_t part) const;
  void forget_events();
  void forget_entries();
  void commit();
  void keep_entry();
  void on_journaled(const journaled& news);
  void tell_what_was_held();
  bool may_rest_in_store(std::uint64_t now) const;
  void settle();
  /// Tells now, or when everything that has been written so far is durable; in the order of the calls.
  template <class Tell>
  void announce(Tell&& tell) {
    const auto position = facts_.is_empty() && changes_.empty() ? handed_over_ : handed_over_ + 1;
    if (held_.empty() && !telling_ && position <= durable_)
      tell();
    else
      held_.push_back({position, std::forward<Tell>(tell)});
  }
  void respond(const asker& whom, std::string answer);
  void refuse(const asker& whom, const error& why);
  void settle_key(const std::string& key, std::string answer, std::optional<error> refused);

  // What was written, read back (session_restore.cpp).
  void read_back(const session_read& news);
  void on_restored();
  void on_unreadable(const error& why);
  void fold(const fact::any& what);
  bool take_head(const std::string& body);
  bool fold_state(std::string_view payload);
  void take_snapshot();
  bool fold_entry(const store::piece& one);
  static void begin_turn(execution& run);
  void fold_run(execution& run, const fact::any& what);
  void take_up();
  std::uint64_t steady_at(std::int64_t wall_from_ms, std::int64_t wall_due_ms) const;

  // Events that have left memory (session_pages.cpp).
  void send_page(page_wish wish);
  static bool is_full(const page_wish& wish);
  void add_to_page(page_wish& wish, const history::event& event) const;
  void end_page(const page_wish& wish);
  void read_page(page_wish wish);
  void on_page(const session_read& news);

  // How executions go on (session_turns.cpp).
  void take_next();
  void begin_next();
  void on_report(const turn_report& report);
  void on_recorded(const engine::pipe::report& report);
  void on_played_again(const engine::pipe::report& report);
  std::string difference(std::size_t which, const engine::pipe::record& now) const;
  void end_as_diverged(std::string_view how);
  void on_lost(job_lost what);
  void on_refused(const job_refused& what);
  void rebuild(std::string_view reason);
  void tell_restart(std::string_view reason);
  void play_again();
  bool change_state(std::string_view data);
  void wait();
  void go_on();
  void drop_heap();
  enum class ended_by : std::uint8_t { itself, outside };
  void end(const payload::final_facts& known, ended_by by);
  void tell_end(const execution& ended, std::string answer, bool last);
  void end_with(outcome how, std::string_view message);
  void end_by_limit(outcome how, std::string_view limit, std::uint64_t value);

  // Tool calls (session_tools.cpp).
  void call_tool(const engine::pipe::record& what);
  void ask_when_told(std::uint32_t number);
  void ask(std::uint32_t number, open_call& what);
  void note_departure(std::uint32_t number, open_call& what);
  void cancel_call(std::uint32_t number, std::string_view reason);
  void ask_again();
  void answer(std::uint32_t number, bool ok, std::string value, outcome uncaught,
              std::uint64_t digest = answered_by_us);
  void withdraw_calls(std::string_view reason);
  void keep_answers();
  error take_answer(std::string_view call, bool ok, std::string_view value, bool& taken);
  void expire_calls(std::uint64_t now);

  // Timers (session_timers.cpp).
  void set_timer(const engine::pipe::record& what);
  void cancel_timer(std::uint32_t number);
  void fire_timers(std::uint64_t now);
  static void forget_timer(execution& run, std::uint32_t number);
  static engine::answer firing_of(std::uint32_t number);
  const wire::tool_spec* spec_of(std::string_view tool) const;
  std::string call_id(std::uint32_t number) const;

  // Time and telling (session.cpp).
  void record(wire::event_type type, std::string payload);
  void tell(std::uint64_t seq);
  std::string encoded(std::uint64_t seq, const history::event& event) const;
  void on_woken();
  void go_on_at(std::uint64_t now);
  void expire();
  void wake_at(std::uint64_t at_ms);
  void plan_wake_up();
  void shows(session_status status);
  void heartbeat(std::uint64_t now);
  enum class aftermath : std::uint8_t { gone, rests_in_store };
  void finish(aftermath what = aftermath::gone);
  std::uint64_t now_ms() const;
  std::int64_t wall_ms() const { return setup_.around->wall_ms(); }
  std::int64_t expires_at() const;

  session_actor::pointer self_ = nullptr;
  session_setup setup_;
  run_plan plan_; ///< what its runs may use at most
  tool_list tools_;
  wire::label_list labels_;
  std::string metadata_; ///< MessagePack, empty: none
  wire::capabilities granted_;
  std::string state_; ///< as wire/state.hpp keeps it
  std::uint64_t revision_ = 0;
  std::int64_t created_at_ = 0;
  history history_;
  audience audience_;
  /// Of the last executions that have ended: digests of the answers to their calls, in the order of their numbers.
  std::deque<std::pair<std::string, std::vector<std::uint64_t>>> ended_calls_;
  std::deque<std::unique_ptr<execution>> queue_; ///< behind the current one
  std::unique_ptr<execution> now_;               ///< the execution that runs or waits
  bool draining_ = false;
  bool closing_ = false; ///< nothing further begins
  bool over_ = true;     ///< it has no session
  std::uint64_t idle_since_ms_ = 0;
  std::uint64_t wake_at_ms_ = 0; ///< the earliest wake-up that is on its way, 0: none
  std::uint64_t told_ = 0;       ///< the last event that clients may know of

  struct held {
    std::uint64_t position = 0;
    std::function<void()> tell;
  };
  fact::list facts_;                                            ///< not handed over yet
  store::changes changes_;                                      ///< likewise, what else is to be written
  std::uint64_t handed_over_ = 0, asked_for_ = 0, durable_ = 0; ///< positions
  std::vector<held> held_;
  bool telling_ = false; ///< what was held is being told, in its order
  std::uint64_t next_entry_ = 1;
  struct kept_entry {
    std::uint64_t number = 0;
    std::uint64_t first_seq = 0; ///< the next event was this one when it was written
    std::uint32_t first_execution = 0;
    std::size_t event_bytes = 0;
    bool begins_run = false; ///< nothing before it matters to executions that it tells of
  };
  std::vector<kept_entry> kept_;        ///< entries in the store
  kept_entry entry_{0, 1, 1, 0, false}; ///< that is being gathered
  std::int64_t rests_until_ms_ = 0;     ///< wall clock; 0: something runs or waits
  bool unfinished_noted_ = false;
  std::unique_ptr<fact::head> read_head_; ///< while it is read back
  std::vector<client_request> early_;     ///< have come meanwhile
  std::vector<join_run> early_joins_;     ///< likewise
  bool reading_ = false;
  bool rests_in_store_ = false;
  std::uint64_t last_token_ = 0;
  std::map<std::uint64_t, page_wish> pages_; ///< that are being read
  std::uint64_t heartbeat_at_ms_ = 0;
  std::uint64_t runs_ = 0, failures_ = 0, tool_calls_ = 0;
};

/// It waits for `begin_session`.
session_actor::behavior_type session(session_actor::stateful_pointer<session_state> self);

} // namespace enclaved
