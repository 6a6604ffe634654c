// What clients ask of a session.
#include "actors/overloaded.hpp"
#include "actors/session.hpp"
#include "base/ids.hpp"

#include <algorithm>
#include <caf/send.hpp>

namespace enclaved {

namespace {

error crowded() { return {error_code::overloaded, "the session is followed by too many connections", 1'000}; }

const std::string& empty_map() {
  static const std::string bytes(1, '\x80');
  return bytes;
}

} // namespace

void session_state::on_request(client_request& request) {
  if (over_) return on_late_request(request);
  if (reading_) return early_.push_back(std::move(request));
  if (closing_) return request.from->refuse(request.msgid, {error_code::not_found, "the session has ended"});
  std::visit(overloaded{
                 [&](wire::run& what) { run(request, what); },
                 [&](wire::session_open& what) { open(request, what); },
                 [&](wire::session_attach& what) { attach(request, what); },
                 [&](wire::session_events& what) { events(request, what); },
                 [&](wire::session_detach&) {
                   audience_.leave(request.from);
                   reply(request, empty_map());
                 },
                 [&](wire::session_cancel& what) { cancel(request, what); },
                 [&](wire::session_close&) { close(request); },
                 [&](wire::session_info&) { info(request); },
                 [&](wire::tool_result& what) { tool_result(request, what); },
                 [&](auto&) {
                   request.from->refuse(request.msgid, {error_code::internal, "a session does not serve this method"});
                 },
             },
             request.what);
}

/// The directory did not know yet that the session has left memory: it brings it back.
void session_state::on_late_request(client_request& request) {
  if (!rests_in_store_) return request.from->refuse(request.msgid, {error_code::not_found, "the session has ended"});
  client_batch again;
  again.messages.emplace_back(std::move(request));
  caf::anon_send(setup_.around->directory, std::move(again));
}

void session_state::reply(const client_request& to, std::string answer) {
  announce([from = to.from, msgid = to.msgid, answer = std::move(answer)] { from->respond(msgid, answer); });
}

std::string session_state::brief() const {
  pack::buffer out;
  pack::writer to(out);
  to.map(3);
  write_brief(to);
  return std::move(out.bytes);
}

/// What every answer about the session begins with.
void session_state::write_brief(pack::writer& to) const {
  to.str("session").str(setup_.id).str("status").str(name(setup_.card->status.load()));
  to.str("seq").number(told_);
}

bool session_state::follow(const client_request& request, std::optional<wire::event_mask> events,
                           std::optional<wire::tool_mode> mode) {
  if (audience_.join(request.from, events, mode)) return true;
  request.from->refuse(request.msgid, crowded());
  return false;
}

void session_state::open(const client_request& request, const wire::session_open& what) {
  auto plan = plan_session(setup_.around->settings, request.from->who(), what.options);
  if (!plan) {
    finish();
    return request.from->refuse(request.msgid, plan.problem());
  }
  plan_ = *plan;
  if (what.options.tools) tools_ = std::make_shared<const std::vector<wire::tool_spec>>(*what.options.tools);
  labels_ = what.options.labels;
  metadata_ = what.metadata;
  granted_ = what.capabilities;
  state_ = what.initial_state;
  audience_.join(request.from, what.options.events.value_or(wire::no_events),
                 what.options.tool_mode.value_or(wire::tool_mode::call));
  note_head();
  pack::buffer out;
  pack::writer(out)
      .map(4)
      .str("session")
      .str(setup_.id)
      .str("status")
      .str(name(session_status::idle))
      .str("seq")
      .number(1)
      .str("expires_at")
      .integer(expires_at());
  reply(request, std::move(out.bytes));
  record(wire::event_type::session_init, {});
  rest();
}

void session_state::run(const client_request& request, wire::run& what) {
  const bool creates = history_.is_empty();
  auto plan = creates ? plan_session(setup_.around->settings, request.from->who(), what.options)
                      : plan_run(setup_.around->settings, plan_, what.options);
  const auto refuse = [&](const error& why) {
    if (creates) finish();
    request.from->refuse(request.msgid, why);
    settle_key(what.idempotency_key, {}, why);
  };
  if (!plan) return refuse(plan.problem());
  if (auto admitted = admits_inputs(plan->limits, what.inputs); !admitted) return refuse(admitted.problem());
  if (auto served = serves_labels(setup_.around->settings, what.options.labels); !served)
    return refuse(served.problem());
  if (draining_) return refuse({error_code::unavailable, "the server drains"});
  if (what.options.durable && *what.options.durable != durable())
    return refuse({error_code::conflict, durable() ? "the session is durable, and so are its runs"
                                                   : "the session is not durable; open one with durable: true"});
  if (const auto& store = setup_.around->shown->store; durable() && !store.is_well())
    return refuse({error_code::unavailable, "durable work is refused: " + store.why_not(), 1'000});
  if (queue_.size() >= bounds::runs_waiting_per_session)
    return refuse({error_code::overloaded, "too many runs wait in this session", 1'000});
  make_room();
  if (is_fuller_than(1))
    return refuse({error_code::too_large, "the session's journal is full; try again when its runs are over"});
  if (creates) {
    plan_ = *plan;
    labels_ = what.options.labels;
    audience_.join(request.from, what.options.events.value_or(wire::no_events),
                   what.options.tool_mode.value_or(wire::tool_mode::call));
    if (what.options.tools) tools_ = std::make_shared<const std::vector<wire::tool_spec>>(*what.options.tools);
    note_head();
    record(wire::event_type::session_init, {});
  } else if (what.options.events || what.options.tool_mode) {
    if (!follow(request, what.options.events, what.options.tool_mode))
      return settle_key(what.idempotency_key, {}, crowded());
  } else if (!audience_.answerer() && !audience_.has(request.from)) {
    // Somebody has to answer its tool calls.
    if (!follow(request, std::nullopt, wire::tool_mode::call)) return settle_key(what.idempotency_key, {}, crowded());
  }
  const auto& level = setup_.around->settings.levels[static_cast<std::size_t>(plan->level)];
  auto next = std::make_unique<execution>();
  next->id = new_execution_id();
  next->from = {request.from, request.msgid};
  next->level = plan->level;
  next->messages_per_second = level.messages_per_second;
  next->tools = what.options.tools && !creates
                    ? std::make_shared<const std::vector<wire::tool_spec>>(std::move(*what.options.tools))
                    : tools_;
  next->key = std::move(what.idempotency_key);
  next->script = {
      std::move(what.code), std::move(what.inputs), setup_.tenant, plan->limits, level.full_stacks, random_number(), 0};
  next->accepted_at_ms = now_ms();
  if (plan->limits.deadline_ms != 0) next->deadline_at_ms = next->accepted_at_ms + plan->limits.deadline_ms;
  note_accepted(*next);
  ++setup_.around->shown->executions_active;
  queue_.push_back(std::move(next));
  begin_next();
}

/// Who asks for a run that is under way answers its tool calls when nobody does that came before.
void session_state::join(const join_run& what) {
  const auto has_key = [&](const auto& run) { return run && run->key == what.key; };
  if (!has_key(now_) && std::none_of(queue_.begin(), queue_.end(), has_key)) return;
  const bool answered = audience_.answerer() != nullptr;
  audience_.join_behind(what.from, what.options.events.value_or(wire::no_events),
                        what.options.tool_mode.value_or(wire::tool_mode::call));
  if (!answered && audience_.answerer()) ask_again();
}

void session_state::attach(const client_request& request, const wire::session_attach& what) {
  if (what.after > told_)
    return request.from->refuse(request.msgid,
                                invalid_request("after is at most " + std::to_string(told_) + ", the last event"));
  if (what.after + 1 < history_.first())
    return request.from->refuse(request.msgid,
                                {error_code::not_found, "events before " + std::to_string(history_.first()) +
                                                            " are not kept any more; attach after " +
                                                            std::to_string(history_.first() - 1)});
  // Until it has what it missed it is told nothing else.
  if (!follow(request, wire::no_events, wire::tool_mode::none)) return;
  request.from->respond(request.msgid, brief());
  send_page({request, what.after + 1});
}

void session_state::events(const client_request& request, const wire::session_events& what) {
  send_page({request, std::max(what.from, history_.first())});
}

void session_state::cancel(const client_request& request, const wire::session_cancel& what) {
  reply(request, empty_map());
  if (now_)
    end_with(outcome::cancelled,
             what.reason.empty() ? std::string_view("cancelled by the client") : std::string_view(what.reason));
}

void session_state::close(const client_request& request) {
  closing_ = true;
  for (;;) {
    if (now_) end_with(outcome::cancelled, "the session was closed");
    if (queue_.empty()) break;
    take_next();
  }
  note_removal();
  announce([this, from = request.from, msgid = request.msgid] {
    finish();
    from->respond(msgid, empty_map());
  });
}

void session_state::info(const client_request& request) {
  pack::buffer out;
  pack::writer to(out);
  const bool idle = !now_ && queue_.empty();
  to.map(8);
  write_brief(to);
  to.str("created_at").integer(created_at_).str("expires_at");
  idle ? to.integer(wall_ms() + static_cast<std::int64_t>(idle_since_ms_ + setup_.around->settings.idle_ms - now_ms()))
       : to.nil();
  to.str("labels").map(static_cast<std::uint32_t>(labels_.size()));
  for (const auto& [key, value] : labels_) to.str(key).str(value);
  to.str("stats")
      .map(5)
      .str("executions")
      .number(runs_)
      .str("failed")
      .number(failures_)
      .str("tool_calls")
      .number(tool_calls_);
  to.str("open_calls").number(now_ ? now_->open.size() : 0).str("journal_bytes").number(history_.bytes());
  to.str("metadata");
  metadata_.empty() ? to.nil() : to.raw(metadata_);
  request.from->respond(request.msgid, out.bytes);
}

void session_state::tool_result(const client_request& request, const wire::tool_result& what) {
  bool taken = false;
  const auto problem = take_answer(what.call, what.ok, what.value, taken);
  if (taken)
    reply(request, empty_map());
  else
    request.from->refuse(request.msgid, problem);
}

} // namespace enclaved
