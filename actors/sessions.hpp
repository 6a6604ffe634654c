// The directory of live sessions. Every request of a client comes through here and is passed on to its session;
// sessions of another tenant are not there for it. It also keeps the sessions' clock, one heap of times for all of
// them, so that a waiting session holds no timer.
#pragma once

#include "actors/card.hpp"
#include "actors/messages.hpp"
#include "actors/session.hpp"
#include "base/result.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <queue>
#include <string>
#include <unordered_map>
#include <vector>

namespace enclaved {

struct sessions_setup {
  node_settings settings;
  gauges_ptr shown;
  balancer_actor balancer;
  runtime_actor runtime;
  journal_actor journal;
  std::shared_ptr<announcer> operators;
  std::function<std::int64_t()> wall_ms;
  std::function<std::string(const gauges&)> status;   ///< the answer to `status`
  std::function<std::string(const gauges&)> runtimes; ///< the answer to `admin.runtimes`
};

class sessions_state {
public:
  sessions_actor::behavior_type start(sessions_actor::pointer self, sessions_setup setup);

private:
  struct entry {
    session_key key = 0;
    std::string tenant;
    session_actor actor;
    card_ptr card;
    std::int64_t created_at = 0;
    wire::label_list labels;
    store::session_number stored = 0; ///< of a durable one
  };
  using address = std::pair<std::string, std::string>; ///< tenant, session

  void on_request(client_request& request);
  void on_answer(client_answer& answer);
  void on_run(client_request& request, const wire::run& what);
  void on_open(client_request& request, const wire::session_open& what);
  void run_anew(client_request& request, const wire::run& what);
  void run_in_new_session(client_request& request, const wire::run& what);
  void open_new_session(client_request& request, const wire::session_open& what);
  void refuse_run(const client_request& request, const error& why);
  void create(client_request& request, std::string id, lifetime lives, const wire::session_options& options);
  entry& add(std::shared_ptr<session_setup> setup, std::int64_t created_at, wire::label_list labels);
  void pass_on(client_request& request, const std::string& session);
  void pass_on(client_request& request, entry& to);
  void check(client_request& request, wire::check& what);
  void drain(const client_request& request, const wire::admin_drain& what);
  void listen(const client_request& request);
  status admits(const client_request& request, const wire::session_options& options) const;
  void remember_follower(const wire::peer_ptr& who, session_key key);
  void on_gone(const wire::peer_ptr& who);
  entry* find(const std::string& tenant, const std::string& session);
  void forget(session_key key);

  // What is in the store (sessions_stored.cpp).
  void look_up(client_request& request, const std::string& session);
  void on_found(session_found& news);
  void bring_back(const stored_session& which);
  void take_over(const unfinished_sessions& news);
  void on_expired(const expired_sessions& news);
  void list(client_request& request);
  void list_with(const client_request& request, const store::pieces& stored, bool more_stored) const;

  // Runs with an idempotency key (sessions_keyed.cpp).
  struct keyed_run {
    client_request first;                ///< until it is known whether there is an answer
    std::vector<client_request> waiting; ///< for the answer of the first one
    session_key runs_in = 0;             ///< 0: not known yet
  };
  using run_key = std::pair<std::string, std::string>; ///< tenant, key
  void on_keyed_run(client_request& request, const wire::run& what);
  void on_answer_found(const answer_found& news);
  void on_settled(const run_settled& news);
  void join_keyed(const client_request& request, const keyed_run& run);
  void note_keyed(const run_key& key, session_key runs_in);
  static run_key key_of(const client_request& request);
  void forget_waiting(const wire::peer_ptr& who);
  void lose_keys_of(store::session_number stored);

  void begin_drain();
  void on_tick();
  std::uint64_t now_ms() const;

  sessions_actor::pointer self_ = nullptr;
  sessions_setup setup_;
  surroundings_ptr around_;
  session_key last_key_ = 0;
  std::map<address, entry> sessions_; ///< by tenant and id
  std::unordered_map<session_key, std::map<address, entry>::iterator> by_key_;
  std::unordered_map<const wire::peer*, std::vector<session_key>> followed_; ///< by connection, until it is gone
  std::vector<session_actor> spare_;                                         ///< whose session has ended
  std::unordered_map<std::string, std::uint64_t> of_tenant_;                 ///< sessions, where there are any
  store::session_number next_stored_ = 0;                                    ///< 0: the store is not open
  std::unordered_map<store::session_number, session_key> by_stored_;
  std::map<address, std::vector<client_request>> looked_up_; ///< that wait for the journal's answer
  std::map<run_key, keyed_run> keyed_;
  std::multimap<store::session_number, run_key> keys_of_; ///< of runs that an earlier process took

  using due = std::pair<std::uint64_t, session_key>;
  std::priority_queue<due, std::vector<due>, std::greater<>> clock_;
  bool draining_ = false;
};

sessions_actor::behavior_type sessions(sessions_actor::stateful_pointer<sessions_state> self, sessions_setup setup);

} // namespace enclaved
