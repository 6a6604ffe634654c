// Runs with an idempotency key: the first one of a tenant runs, the others get its answer, for a day and across
// restarts. What was refused before it ran settles nothing: the next one with the same key is a first one again.
#include "actors/sessions.hpp"
#include "actors/store_index.hpp"

#include <caf/send.hpp>

namespace enclaved {

namespace {

constexpr std::size_t askers_at_most = 1'000; ///< that wait for one answer

} // namespace

void sessions_state::on_keyed_run(client_request& request, const wire::run& what) {
  run_key key{request.from->who().tenant, what.idempotency_key};
  const auto [at, is_first] = keyed_.try_emplace(key);
  if (is_first) {
    at->second.first = std::move(request);
    return caf::anon_send(setup_.journal, find_answer{key.first, key.second});
  }
  auto& waiting = at->second.waiting;
  if (waiting.size() >= askers_at_most)
    return request.from->refuse(
        request.msgid, {error_code::overloaded, "too many wait for the answer to this idempotency_key", 1'000});
  join_keyed(request, at->second);
  waiting.push_back(std::move(request));
}

/// Of a run without a key, and of another request, the key is empty.
sessions_state::run_key sessions_state::key_of(const client_request& request) {
  const auto* what = std::get_if<wire::run>(&request.what);
  return {request.from->who().tenant, what == nullptr ? std::string() : what->idempotency_key};
}

/// Where a run with a key is: whoever asked for it answers its tool calls when the first one's connection is lost.
void sessions_state::note_keyed(const run_key& key, session_key runs_in) {
  if (key.second.empty()) return;
  const auto at = keyed_.find(key);
  if (at == keyed_.end()) return;
  at->second.runs_in = runs_in;
  for (const auto& one : at->second.waiting) join_keyed(one, at->second);
}

/// What its connection asked for and the journal has not answered yet nobody wants any more; with a key it is asked for
/// by the next one who waits.
void sessions_state::forget_waiting(const wire::peer_ptr& who) {
  const auto is_its = [&](const client_request& one) { return one.from == who; };
  for (auto& [address, requests] : looked_up_) std::erase_if(requests, is_its);
  for (auto at = keyed_.begin(); at != keyed_.end();) {
    auto& [key, run] = *at;
    std::erase_if(run.waiting, is_its);
    if (run.first.from == who && !run.waiting.empty()) {
      run.first = std::move(run.waiting.front());
      run.waiting.erase(run.waiting.begin());
    }
    at = run.first.from == who ? keyed_.erase(at) : std::next(at);
  }
}

void sessions_state::join_keyed(const client_request& request, const keyed_run& run) {
  const auto found = by_key_.find(run.runs_in);
  if (found == by_key_.end()) return;
  const auto& what = std::get<wire::run>(request.what);
  remember_follower(request.from, run.runs_in);
  caf::anon_send(found->second->second.actor, join_run{request.from, what.options, what.idempotency_key});
}

/// What the journal knows of the first request with a key.
void sessions_state::on_answer_found(const answer_found& news) {
  const run_key key{news.tenant, news.key};
  const auto at = keyed_.find(key);
  if (at == keyed_.end() || !at->second.first.from) return;
  auto first = std::exchange(at->second.first, {});
  at->second.waiting.push_back(first);
  if (news.problem) return on_settled({news.tenant, news.key, {}, news.problem});
  const auto known = news.note.empty() ? std::nullopt : store_index::unpacked_answer(news.note);
  const bool is_recent = known && setup_.wall_ms() - known->at_ms < static_cast<std::int64_t>(bounds::idempotency_ms);
  if (is_recent && known->runs_in == 0) return on_settled({news.tenant, news.key, known->answer, std::nullopt});
  if (const auto running = by_stored_.find(known ? known->runs_in : 0); running != by_stored_.end()) {
    keys_of_.emplace(known->runs_in, key);
    return note_keyed(key, running->second);
  }
  at->second.waiting.pop_back(); // its session answers it
  run_anew(first, std::get<wire::run>(first.what));
}

void sessions_state::on_settled(const run_settled& news) {
  const auto at = keyed_.find(run_key{news.tenant, news.key});
  if (at == keyed_.end()) return;
  const auto waiting = std::move(at->second.waiting);
  keyed_.erase(at);
  for (const auto& one : waiting)
    if (news.refused)
      one.from->refuse(one.msgid, *news.refused);
    else
      one.from->respond(one.msgid, news.answer);
}

/// A session that should have settled a key has left memory without doing so: it cannot be read.
void sessions_state::lose_keys_of(store::session_number stored) {
  const auto [begin, end] = keys_of_.equal_range(stored);
  std::vector<run_key> lost;
  for (auto at = begin; at != end; ++at) lost.push_back(at->second);
  keys_of_.erase(begin, end);
  for (const auto& [tenant, key] : lost)
    on_settled({tenant, key, {}, error{error_code::internal, "the session that ran it cannot be read back"}});
}

} // namespace enclaved
