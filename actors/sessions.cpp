#include "actors/sessions.hpp"

#include "actors/actor_clock.hpp"
#include "actors/checker.hpp"
#include "actors/guard.hpp"
#include "actors/overloaded.hpp"
#include "base/bounds.hpp"
#include "base/ids.hpp"
#include "base/log.hpp"

#include <bit>
#include <caf/send.hpp>

namespace enclaved {

namespace {

constexpr std::chrono::milliseconds tick_every{10};
constexpr std::uint32_t retry_after_ms = 1'000;
constexpr std::size_t spare_actors = 1'000; ///< kept for the next sessions

} // namespace

sessions_actor::behavior_type sessions_state::start(sessions_actor::pointer self, sessions_setup setup) {
  self_ = self;
  setup_ = std::move(setup);
  guard(self_, "sessions");
  self_->set_exit_handler([this](caf::exit_msg& why) {
    if (why.reason != caf::exit_reason::user_shutdown) return; // a checker is done
    for (auto& one : spare_) caf::anon_send_exit(one, caf::exit_reason::user_shutdown);
    for (auto& [who, one] : sessions_) caf::anon_send_exit(one.actor, caf::exit_reason::user_shutdown);
    self_->quit(why.reason);
  });
  around_ = std::make_shared<const session_surroundings>(session_surroundings{
      setup_.settings.sessions, setup_.shown, caf::actor_cast<sessions_actor>(self_), setup_.balancer, setup_.runtime,
      setup_.journal, setup_.wall_ms, std::make_shared<quarantine>(), setup_.operators});
  self_->delayed_send(self_, tick_every, tick{});
  caf::anon_send(setup_.journal, serve_directory{caf::actor_cast<sessions_actor>(self_)});
  return {
      [this](client_batch& batch) {
        for (auto& message : batch.messages)
          std::visit(
              overloaded{[&](client_request& one) { on_request(one); }, [&](client_answer& one) { on_answer(one); }},
              message);
      },
      [this](const client_gone& what) { on_gone(what.who); },
      [this](wake_me what) { clock_.emplace(what.at_ms, what.who); },
      [this](session_ended what) { forget(what.who); },
      [this](const run_settled& what) { on_settled(what); },
      [this](store_ready what) { next_stored_ = what.next; },
      [this](const unfinished_sessions& what) { take_over(what); },
      [this](session_found& what) { on_found(what); },
      [this](const answer_found& what) { on_answer_found(what); },
      [this](const stored_listed& what) { list_with(what.asked, what.names, what.more); },
      [this](const expired_sessions& what) { on_expired(what); },
      [this](drain_now) { begin_drain(); },
      [this](tick) { on_tick(); },
  };
}

std::uint64_t sessions_state::now_ms() const { return steady_ms_of(*self_); }

// -- requests ---------------------------------------------------------------------------------------------------------

void sessions_state::on_request(client_request& request) {
  std::visit(
      overloaded{
          [&](wire::run& what) { on_run(request, what); },
          [&](wire::session_open& what) { on_open(request, what); },
          [&](wire::session_list&) { list(request); },
          [&](wire::admin_backup&) { caf::anon_send(setup_.journal, back_up{std::move(request)}); },
          [&](wire::status_query&) { request.from->respond(request.msgid, setup_.status(*setup_.shown)); },
          [&](wire::admin_runtimes&) { request.from->respond(request.msgid, setup_.runtimes(*setup_.shown)); },
          [&](wire::admin_events&) { listen(request); },
          [&](wire::check& what) { check(request, what); },
          [&](wire::admin_drain& what) { drain(request, what); },
          [&](auto& what) {
            if constexpr (requires { what.session; })
              pass_on(request, std::string(what.session));
            else
              request.from->refuse(request.msgid, {error_code::unknown_method, "this node does not serve this method"});
          },
      },
      request.what);
}

void sessions_state::on_answer(client_answer& answer) {
  if (auto* one = find(answer.from->who().tenant, answer.what.session)) caf::anon_send(one->actor, std::move(answer));
}

void sessions_state::on_run(client_request& request, const wire::run& what) {
  if (!what.idempotency_key.empty()) return on_keyed_run(request, what);
  run_anew(request, what);
}

/// Whatever was asked before with the same key, if there is one, has no answer.
void sessions_state::run_anew(client_request& request, const wire::run& what) {
  const auto& name = what.options.session;
  if (name) {
    if (auto* one = find(request.from->who().tenant, *name)) return pass_on(request, *one);
    if (setup_.settings.sessions.durable) return look_up(request, std::string(*name));
  }
  run_in_new_session(request, what);
}

void sessions_state::run_in_new_session(client_request& request, const wire::run& what) {
  if (auto admitted = admits(request, what.options); !admitted) return refuse_run(request, admitted.problem());
  const bool named = what.options.session.has_value();
  const bool durable = what.options.durable.value_or(false);
  if (named) remember_follower(request.from, last_key_ + 1);
  create(request, named ? *what.options.session : new_session_id(),
         named     ? lifetime::until_idle
         : durable ? lifetime::kept_run
                   : lifetime::one_run,
         what.options);
}

void sessions_state::refuse_run(const client_request& request, const error& why) {
  request.from->refuse(request.msgid, why);
  const auto& key = std::get<wire::run>(request.what).idempotency_key;
  if (!key.empty()) on_settled({request.from->who().tenant, key, {}, why});
}

void sessions_state::on_open(client_request& request, const wire::session_open& what) {
  const auto& name = what.options.session;
  if (name && find(request.from->who().tenant, *name) == nullptr && setup_.settings.sessions.durable)
    return look_up(request, std::string(*name));
  open_new_session(request, what);
}

void sessions_state::open_new_session(client_request& request, const wire::session_open& what) {
  const auto& name = what.options.session;
  if (name && find(request.from->who().tenant, *name) != nullptr)
    return request.from->refuse(request.msgid, {error_code::already_exists, "session \"" + *name + "\" is in use"});
  if (auto admitted = admits(request, what.options); !admitted)
    return request.from->refuse(request.msgid, admitted.problem());
  remember_follower(request.from, last_key_ + 1);
  create(request, name ? *name : new_session_id(), lifetime::until_idle, what.options);
}

/// Whether another session may begin here.
status sessions_state::admits(const client_request& request, const wire::session_options& options) const {
  if (draining_) return error{error_code::unavailable, "the server drains"};
  if (sessions_.size() >= setup_.settings.sessions.sessions_max)
    return error{error_code::overloaded,
                 "there are " + std::to_string(sessions_.size()) + " sessions, as many as max-sessions allows",
                 retry_after_ms};
  if (auto served = serves_labels(setup_.settings.sessions, options.labels); !served) return served;
  if (options.durable.value_or(false)) {
    if (!setup_.settings.sessions.durable)
      return invalid_request("durable: true needs a store on disk: start the server with --store=rocksdb");
    if (next_stored_ == 0 || !setup_.shown->store.is_well())
      return error{error_code::unavailable, "durable work is refused: " + setup_.shown->store.why_not(),
                   retry_after_ms};
  }
  const auto& who = request.from->who();
  const auto count = of_tenant_.find(who.tenant);
  if (who.max_sessions != 0 && count != of_tenant_.end() && count->second >= who.max_sessions)
    return error{error_code::overloaded,
                 "the tenant has as many sessions as its token allows (" + std::to_string(who.max_sessions) + ")",
                 retry_after_ms};
  return done{};
}

void sessions_state::create(client_request& request, std::string id, lifetime lives,
                            const wire::session_options& options) {
  const auto stored = options.durable.value_or(false) ? next_stored_++ : 0;
  auto labels = options.labels;
  const auto key = key_of(request);
  auto setup = std::make_shared<session_setup>(session_setup{++last_key_, std::move(id), request.from->who().tenant,
                                                             lives, std::make_shared<session_card>(), around_,
                                                             std::move(request), stored, false});
  note_keyed(key, add(std::move(setup), setup_.wall_ms(), std::move(labels)).key);
}

/// Gives a session to an actor that has none.
sessions_state::entry& sessions_state::add(std::shared_ptr<session_setup> setup, std::int64_t created_at,
                                           wire::label_list labels) {
  const auto key = setup->key;
  const auto at = sessions_
                      .emplace(address{setup->tenant, setup->id},
                               entry{key, setup->tenant, {}, setup->card, created_at, std::move(labels), setup->stored})
                      .first;
  by_key_.emplace(key, at);
  if (setup->stored != 0) by_stored_.emplace(setup->stored, key);
  ++of_tenant_[setup->tenant];
  setup_.shown->sessions = sessions_.size();
  if (spare_.empty()) spare_.push_back(self_->spawn(session));
  at->second.actor = std::move(spare_.back());
  spare_.pop_back();
  caf::anon_send(at->second.actor, begin_session{std::move(setup)});
  return at->second;
}

void sessions_state::pass_on(client_request& request, const std::string& session) {
  if (auto* one = find(request.from->who().tenant, session)) return pass_on(request, *one);
  if (setup_.settings.sessions.durable) return look_up(request, session);
  request.from->refuse(request.msgid, {error_code::not_found, "there is no session \"" + session + "\""});
}

void sessions_state::pass_on(client_request& request, entry& to) {
  const bool follows =
      std::holds_alternative<wire::session_attach>(request.what) || std::holds_alternative<wire::run>(request.what);
  if (follows) remember_follower(request.from, to.key);
  note_keyed(key_of(request), to.key);
  caf::anon_send(to.actor, std::move(request));
}

/// So that the session can be told when this connection is gone.
void sessions_state::remember_follower(const wire::peer_ptr& who, session_key key) {
  auto& followed = followed_[who.get()];
  if (!followed.empty() && followed.back() == key) return;
  // What has ended meanwhile is dropped whenever the list has doubled.
  if (std::has_single_bit(followed.size()))
    std::erase_if(followed, [&](session_key one) { return !by_key_.contains(one); });
  followed.push_back(key);
}

void sessions_state::on_gone(const wire::peer_ptr& who) {
  setup_.operators->remove(who);
  forget_waiting(who);
  const auto followed = followed_.find(who.get());
  if (followed == followed_.end()) return;
  for (const auto key : followed->second)
    if (const auto found = by_key_.find(key); found != by_key_.end())
      caf::anon_send(found->second->second.actor, client_gone{who});
  followed_.erase(followed);
}

sessions_state::entry* sessions_state::find(const std::string& tenant, const std::string& session) {
  const auto at = sessions_.find(address{tenant, session});
  return at == sessions_.end() ? nullptr : &at->second;
}

void sessions_state::forget(session_key key) {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return;
  auto& one = found->second->second;
  if (spare_.size() < spare_actors)
    spare_.push_back(std::move(one.actor));
  else
    caf::anon_send_exit(one.actor, caf::exit_reason::user_shutdown);
  if (one.stored != 0) {
    by_stored_.erase(one.stored);
    lose_keys_of(one.stored);
  }
  if (const auto count = of_tenant_.find(one.tenant); --count->second == 0) of_tenant_.erase(count);
  sessions_.erase(found->second);
  by_key_.erase(found);
  setup_.shown->sessions = sessions_.size();
}

void sessions_state::check(client_request& request, wire::check&) {
  auto tenant = request.from->who().tenant;
  self_->spawn<caf::linked>(checker, // linked, so that it ends with us
                            setup_.balancer, std::move(request), std::move(tenant));
}

// -- time and end -----------------------------------------------------------------------------------------------------

void sessions_state::on_tick() {
  const auto now = now_ms();
  setup_.shown->heartbeat_ms = now;
  self_->delayed_send(self_, tick_every, tick{});
  for (; !clock_.empty() && clock_.top().first <= now; clock_.pop())
    if (const auto found = by_key_.find(clock_.top().second); found != by_key_.end())
      caf::anon_send(found->second->second.actor, woken{clock_.top().first});
}

void sessions_state::drain(const client_request& request, const wire::admin_drain& what) {
  if (!what.runtime.empty() && what.runtime != setup_.settings.node)
    return request.from->refuse(request.msgid, {error_code::not_found, "there is no runtime \"" + what.runtime + "\""});
  begin_drain();
  pack::buffer out;
  pack::writer(out).map(0);
  request.from->respond(request.msgid, out.bytes);
}

void sessions_state::listen(const client_request& request) {
  if (!setup_.operators->add(request.from))
    return request.from->refuse(request.msgid,
                                {error_code::overloaded, "too many listen to operational events", retry_after_ms});
  pack::buffer out;
  pack::writer(out).map(0);
  request.from->respond(request.msgid, out.bytes);
}

void sessions_state::begin_drain() {
  if (std::exchange(draining_, true)) return;
  setup_.operators->tell("node_draining", {{"executions", setup_.shown->executions_active.load()}});
  log::info("node drains", {{"executions", setup_.shown->executions_active.load()}});
  setup_.shown->draining = true;
  for (auto& [named, one] : sessions_) caf::anon_send(one.actor, drain_now{});
}

sessions_actor::behavior_type sessions(sessions_actor::stateful_pointer<sessions_state> self, sessions_setup setup) {
  return self->state.start(self, std::move(setup));
}

} // namespace enclaved
