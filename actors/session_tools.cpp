// Tool calls: asked of the client that answers for the session, answered into the script once.
#include "actors/session.hpp"
#include "wire/args_schema.hpp"

#include <algorithm>
#include <caf/send.hpp>
#include <charconv>
#include <utility>

namespace enclaved {

namespace {

constexpr std::size_t ended_runs_known = 1'000; ///< of one session, whose answers are compared with late ones

/// It is on disk, so it must not depend on the program's build. Never `answered_by_us`.
std::uint64_t digest_of(bool ok, std::string_view value) {
  std::uint64_t digest = ok ? 0xcbf29ce484222325ULL : 0x84222325cbf29ce4ULL;
  for (const char byte : value) digest = (digest ^ static_cast<unsigned char>(byte)) * 0x100000001b3ULL;
  return digest | 1;
}

/// A result larger than the run allows does not reach the script.
std::string too_large(std::uint64_t bytes, std::uint64_t most) {
  return payload::failure("the tool's result has " + std::to_string(bytes) +
                              " bytes, more than tool_result_bytes = " + std::to_string(most),
                          "TOO_LARGE");
}

/// A call without arguments has none to be wrong: for a schema of an object it is like an empty one.
std::string misfit(const wire::tool_spec& spec, std::string_view args) {
  constexpr std::string_view nil("\xc0", 1);
  constexpr std::string_view empty_map("\x80", 1);
  auto wrong = wire::misfit(spec.args_schema, args);
  return wrong.empty() || args != nil ? wrong : wire::misfit(spec.args_schema, empty_map);
}

} // namespace

std::string session_state::call_id(std::uint32_t number) const { return now_->id + "." + std::to_string(number); }

const wire::tool_spec* session_state::spec_of(std::string_view tool) const {
  if (!now_->tools) return nullptr;
  const auto& list = *now_->tools;
  const auto found =
      std::find_if(list.begin(), list.end(), [&](const wire::tool_spec& one) { return one.name == tool; });
  return found == list.end() ? nullptr : &*found;
}

void session_state::call_tool(const engine::pipe::record& what) {
  auto& run = *now_;
  record(wire::event_type::tool_call, payload::tool_call(call_id(what.call), what.text, what.data));
  run.call_seqs.push_back(history_.last());
  open_call call{std::string(what.text), history_.last(), now_ms()};
  const auto* spec = spec_of(call.tool);
  if (!granted_.allows_tool(call.tool)) {
    run.open.emplace(what.call, std::move(call));
    return answer(what.call, false, payload::failure(wire::tool_denied(what.text), "CAPABILITY_DENIED"),
                  outcome::capability_denied);
  }
  if (run.tools && spec == nullptr) {
    run.open.emplace(what.call, std::move(call));
    return answer(what.call, false,
                  payload::failure("no tool is called \"" + std::string(what.text) + "\" here", "TOOL_NOT_FOUND"),
                  outcome::tool_not_found);
  }
  if (spec != nullptr && !spec->args_schema.empty())
    if (const auto wrong = misfit(*spec, what.data); !wrong.empty()) {
      run.open.emplace(what.call, std::move(call));
      return answer(what.call, false,
                    payload::failure("the arguments of tool \"" + std::string(what.text) +
                                         "\" do not fit its args_schema: " + wrong,
                                     "INVALID_REQUEST"),
                    outcome::tool_error);
    }
  const auto timeout_ms = spec != nullptr && spec->timeout_ms ? *spec->timeout_ms : run.script.limits.tool_timeout_ms;
  if (timeout_ms != 0) call.deadline_ms = call.asked_at_ms + timeout_ms;
  call.at_most_once = spec != nullptr && spec->at_most_once;
  if (spec != nullptr && spec->retryable && !call.at_most_once) call.retries_left = spec->max_retries;
  const auto wall = durable() ? wall_ms() : 0;
  note(fact::asked{what.call, wall, timeout_ms == 0 ? 0 : wall + static_cast<std::int64_t>(timeout_ms),
                   call.retries_left, call.at_most_once});
  run.open.emplace(what.call, std::move(call));
  ask_when_told(what.call);
}

/// As soon as what has led to the call is durable.
void session_state::ask_when_told(std::uint32_t number) {
  announce([this, number, run_number = now_->number] {
    if (!now_ || now_->number != run_number) return;
    if (const auto call = now_->open.find(number); call != now_->open.end()) ask(number, call->second);
  });
}

void session_state::ask(std::uint32_t number, open_call& what) {
  const auto peer = audience_.answerer();
  if (!peer) return; // it is asked when a client attaches
  if (what.at_most_once && what.asked) return;
  if (durable() && what.at_most_once && what.leaves != open_call::departure::is_durable)
    return note_departure(number, what);
  what.asked = true;
  const auto now = now_ms();
  const auto left = what.deadline_ms > now ? what.deadline_ms - now : 0;
  const auto id = call_id(number);
  peer->call_tool(setup_.id, id, payload::ask(setup_.id, now_->id, history_.at(what.seq).payload, what, left));
}

/// Whoever finds a call that may be asked once after a crash has to know whether it may have left.
void session_state::note_departure(std::uint32_t number, open_call& what) {
  if (what.leaves == open_call::departure::is_noted) return; // it is on its way
  what.leaves = open_call::departure::is_noted;
  note(fact::left{number});
  announce([this, number, run_number = now_->number] {
    if (!now_ || now_->number != run_number) return;
    const auto call = now_->open.find(number);
    if (call == now_->open.end()) return;
    call->second.leaves = open_call::departure::is_durable;
    ask(number, call->second);
  });
}

/// A client came back: what is still open is asked of it. A call that may be asked once and has left waits for whoever
/// knows its id to answer it, or for its deadline: nobody can tell whether the client that is gone has done it.
void session_state::ask_again() {
  if (!now_) return;
  for (auto& [number, call] : now_->open) {
    if (call.at_most_once && call.asked) continue;
    if (call.seq > told_) continue; // it is asked when it is durable
    record(wire::event_type::tool_progress,
           payload::tool_progress(call_id(number), "asked_again", now_ms() - call.asked_at_ms));
    ask_when_told(number);
  }
}

/// What becomes of an answer: it is for an open call, or it is late and does no harm, or it makes no sense.
error session_state::take_answer(std::string_view call, bool ok, std::string_view value, bool& taken) {
  const auto dot = call.rfind('.');
  std::uint32_t number = 0;
  const auto* end = call.data() + call.size();
  if (dot == std::string_view::npos || std::from_chars(call.data() + dot + 1, end, number).ptr != end)
    return {error_code::not_found, "no such call"};
  const auto execution = call.substr(0, dot);
  const auto digest = digest_of(ok, value);
  const error another{error_code::conflict, "the call has another answer already"};
  if (!now_ || now_->id != execution) {
    const auto ended = std::find_if(ended_calls_.rbegin(), ended_calls_.rend(),
                                    [&](const auto& one) { return one.first == execution; });
    if (ended == ended_calls_.rend()) {
      taken = history_.knows_execution(execution); // too long ago to tell
      return {error_code::not_found, "no such call"};
    }
    if (number == 0 || number > ended->second.size()) return {error_code::not_found, "no such call"};
    auto& before = ended->second[number - 1];
    if (before == answered_by_us) before = digest;
    taken = before == digest;
    return another;
  }
  if (const auto before = now_->answered.find(number); before != now_->answered.end()) {
    if (before->second == answered_by_us) { // late, and the only one
      before->second = digest;
      note(fact::late{number, digest});
    }
    taken = before->second == digest;
    return another;
  }
  const auto open = now_->open.find(number);
  if (open == now_->open.end()) return {error_code::not_found, "no such call"};
  taken = true;
  if (!ok && open->second.retries_left > 0) {
    --open->second.retries_left;
    note(fact::retried{number});
    record(wire::event_type::tool_progress,
           payload::tool_progress(call, "retried", now_ms() - open->second.asked_at_ms));
    ask_when_told(number);
    return {};
  }
  const auto most = now_->script.limits.tool_result_bytes;
  if (value.size() > most)
    answer(number, false, too_large(value.size(), most), outcome::tool_error, digest);
  else if (ok)
    answer(number, true, std::string(value), outcome::tool_error, digest);
  else
    answer(number, false, payload::failure_from_client(value), outcome::tool_error, digest);
  return {};
}

/// Goes into the script with its next turn.
void session_state::answer(std::uint32_t number, bool ok, std::string value, outcome uncaught, std::uint64_t digest) {
  now_->open.erase(number);
  now_->answered.insert_or_assign(number, digest);
  note(fact::answered{number, ok, uncaught, digest, value});
  now_->arrived.push_back({number, ok, uncaught, std::move(value)});
  go_on();
}

void session_state::expire_calls(std::uint64_t now) {
  std::vector<std::uint32_t> late;
  for (const auto& [number, call] : now_->open)
    if (call.deadline_ms != 0 && call.deadline_ms <= now) late.push_back(number);
  for (const auto number : late) {
    const auto& call = now_->open.at(number);
    const auto waited = std::to_string(call.deadline_ms - call.asked_at_ms);
    cancel_call(number, "it took longer than " + waited + " ms");
    const auto message = "tool \"" + call.tool + "\" did not answer within tool_timeout_ms = " + waited +
                         "; raise limits.tool_timeout_ms";
    answer(number, false, payload::failure(message, "TOOL_TIMEOUT"), outcome::tool_timeout);
  }
}

/// What was answered stays known for a while: who answers late, or again, is told so.
void session_state::keep_answers() {
  const auto last = std::max(now_->open.empty() ? 0 : now_->open.rbegin()->first,
                             now_->answered.empty() ? 0 : now_->answered.rbegin()->first);
  std::vector<std::uint64_t> kept(std::min<std::size_t>(last, now_->script.limits.tool_calls), answered_by_us);
  for (const auto& [number, digest] : now_->answered)
    if (number > 0 && number <= kept.size()) kept[number - 1] = digest;
  if (ended_calls_.size() >= ended_runs_known) ended_calls_.pop_front();
  ended_calls_.emplace_back(now_->id, std::move(kept));
}

void session_state::withdraw_calls(std::string_view reason) {
  for (const auto& [number, call] : now_->open) cancel_call(number, reason);
}

/// Behind its question, which may not have left yet.
void session_state::cancel_call(std::uint32_t number, std::string_view reason) {
  announce([this, id = call_id(number), why = std::string(reason)] {
    if (const auto peer = audience_.answerer()) peer->cancel_tool(setup_.id, id, payload::cancel(setup_.id, id, why));
  });
}

} // namespace enclaved
