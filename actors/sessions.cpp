#include "actors/sessions.hpp"

#include "actors/actor_clock.hpp"
#include "actors/checker.hpp"
#include "actors/guard.hpp"
#include "actors/overloaded.hpp"
#include "base/bounds.hpp"
#include "base/ids.hpp"
#include "base/log.hpp"

#include <algorithm>
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
      setup_.wall_ms, std::make_shared<quarantine>(), setup_.operators});
  self_->delayed_send(self_, tick_every, tick{});
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
          [&](wire::session_list& what) { list(request, what); },
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
  const auto& tenant = request.from->who().tenant;
  if (what.options.session && find(tenant, *what.options.session) != nullptr)
    return pass_on(request, std::string(*what.options.session));
  if (auto admitted = admits(request, what.options.labels); !admitted)
    return request.from->refuse(request.msgid, admitted.problem());
  const bool named = what.options.session.has_value();
  if (named) remember_follower(request.from, last_key_ + 1);
  create(request, named ? *what.options.session : new_session_id(), named ? lifetime::until_idle : lifetime::one_run,
         what.options.labels);
}

void sessions_state::on_open(client_request& request, const wire::session_open& what) {
  const auto& tenant = request.from->who().tenant;
  if (what.options.session && find(tenant, *what.options.session) != nullptr)
    return request.from->refuse(request.msgid,
                                {error_code::already_exists, "session \"" + *what.options.session + "\" is in use"});
  if (auto admitted = admits(request, what.options.labels); !admitted)
    return request.from->refuse(request.msgid, admitted.problem());
  remember_follower(request.from, last_key_ + 1);
  create(request, what.options.session ? *what.options.session : new_session_id(), lifetime::until_idle,
         what.options.labels);
}

/// Whether another session may begin here.
status sessions_state::admits(const client_request& request, const wire::label_list& labels) const {
  if (draining_) return error{error_code::unavailable, "the server drains"};
  if (sessions_.size() >= setup_.settings.sessions.sessions_max)
    return error{error_code::overloaded,
                 "there are " + std::to_string(sessions_.size()) + " sessions, as many as max-sessions allows",
                 retry_after_ms};
  if (auto served = serves_labels(setup_.settings.sessions, labels); !served) return served;
  const auto& who = request.from->who();
  const auto count = of_tenant_.find(who.tenant);
  if (who.max_sessions != 0 && count != of_tenant_.end() && count->second >= who.max_sessions)
    return error{error_code::overloaded,
                 "the tenant has as many sessions as its token allows (" + std::to_string(who.max_sessions) + ")",
                 retry_after_ms};
  return done{};
}

void sessions_state::create(client_request& request, std::string id, lifetime lives, wire::label_list labels) {
  const auto key = ++last_key_;
  const auto tenant = request.from->who().tenant;
  auto card = std::make_shared<session_card>();
  auto setup =
      std::make_shared<session_setup>(session_setup{key, id, tenant, lives, card, around_, std::move(request)});
  const auto at = sessions_
                      .emplace(address{tenant, std::move(id)},
                               entry{key, tenant, {}, std::move(card), setup_.wall_ms(), std::move(labels)})
                      .first;
  by_key_.emplace(key, at);
  ++of_tenant_[tenant];
  setup_.shown->sessions = sessions_.size();
  if (spare_.empty()) spare_.push_back(self_->spawn(session));
  at->second.actor = std::move(spare_.back());
  spare_.pop_back();
  caf::anon_send(at->second.actor, begin_session{std::move(setup)});
}

void sessions_state::pass_on(client_request& request, const std::string& session) {
  if (auto* one = find(request.from->who().tenant, session)) {
    const bool follows =
        std::holds_alternative<wire::session_attach>(request.what) || std::holds_alternative<wire::run>(request.what);
    if (follows) remember_follower(request.from, one->key);
    return caf::anon_send(one->actor, std::move(request));
  }
  request.from->refuse(request.msgid, {error_code::not_found, "there is no session \"" + session + "\""});
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
  if (const auto count = of_tenant_.find(one.tenant); --count->second == 0) of_tenant_.erase(count);
  sessions_.erase(found->second);
  by_key_.erase(found);
  setup_.shown->sessions = sessions_.size();
}

void sessions_state::list(const client_request& request, const wire::session_list& what) const {
  const auto& tenant = request.from->who().tenant;
  std::string page;
  std::uint32_t count = 0;
  const auto matches = [&](const entry& one) {
    if (!what.status.empty() && name(one.card->status.load()) != what.status) return false;
    if (what.label.empty()) return true;
    return std::any_of(one.labels.begin(), one.labels.end(), [&](const auto& label) {
      return label.first + "=" + label.second == what.label || label.first == what.label;
    });
  };
  auto at = sessions_.upper_bound(address{tenant, what.cursor});
  if (what.cursor.empty()) at = sessions_.lower_bound(address{tenant, {}});
  std::string last;
  for (; at != sessions_.end() && at->first.first == tenant && count < what.limit && page.size() < bounds::page_bytes;
       ++at) {
    if (!matches(at->second)) continue;
    pack::buffer one;
    pack::writer to(one);
    to.map(4).str("session").str(at->first.second).str("status").str(name(at->second.card->status.load()));
    to.str("seq").number(at->second.card->seq.load()).str("created_at").integer(at->second.created_at);
    page += one.bytes;
    last = at->first.second;
    ++count;
  }
  const bool more = at != sessions_.end() && at->first.first == tenant && !last.empty();
  pack::buffer out;
  pack::writer to(out);
  to.map(more ? 2 : 1).str("sessions").array(count).raw(page);
  if (more) to.str("cursor").str(last);
  request.from->respond(request.msgid, out.bytes);
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
      caf::anon_send(found->second->second.actor, woken{});
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
