#include "edge/connection.hpp"

#include "base/log.hpp"
#include "edge/greeting.hpp"
#include "edge/tool_answers.hpp"
#include "wire/fields.hpp"
#include "wire/permissions.hpp"

namespace enclaved::edge {

namespace {

error overloaded(std::string_view what) { return {error_code::overloaded, std::string{what}, bounds::retry_after_ms}; }

} // namespace

connection::connection(std::shared_ptr<premises> house, std::unique_ptr<byte_stream> stream)
    : house_(std::move(house)), stream_(std::move(stream)),
      reader_(house_->tokens.required() ? house_->options.bounds.greeting_message_bytes
                                        : house_->options.bounds.message_bytes),
      deadline_(stream_->context()), exchange_(house_->options.bounds.requests_in_flight),
      outbox_(house_->options.bounds.output_bytes) {}

template <class Action>
void connection::on_its_thread(Action action) {
  asio::post(stream_->context(), [self = shared_from_this(), action = std::move(action)] { action(*self); });
}

template <class Action>
void connection::after(std::uint32_t delay_ms, Action action) {
  deadline_.expires_after(std::chrono::milliseconds{delay_ms});
  // A wait that is over and queued cannot be cancelled any more, so each knows whether it is still the one that counts.
  deadline_.async_wait(
      [self = shared_from_this(), turn = ++deadline_turn_, action = std::move(action)](const io_error&) {
        if (turn == self->deadline_turn_) action(*self);
      });
}

void connection::cancel_deadline() {
  ++deadline_turn_;
  deadline_.cancel();
}

// -- what comes in

void connection::start() {
  if (house_->tokens.required() || house_->tls.enabled())
    after(house_->options.bounds.greeting_ms, [](connection& self) {
      if (self.phase_ == phase::opening)
        self.close();
      else
        self.end_with({error_code::unauthorized, "there was no hello in time"});
    });
  stream_->open(shared_from_this());
}

void connection::on_opened(bool usable) {
  if (phase_ != phase::opening) return;
  if (!usable) return close();
  phase_ = phase::greeting;
  if (!house_->tokens.required() && !admit(token_store::anonymous()))
    return end_with(overloaded("too many connections"));
  read();
}

void connection::read() {
  if (phase_ != phase::closed && !input_ended_) stream_->read(shared_from_this(), reader_.room());
}

void connection::on_read(std::size_t bytes) {
  if (phase_ == phase::closed) return;
  if (bytes == 0) {
    input_ended_ = true;
    if (phase_ == phase::flushing) return close();
    return end_after({});
  }
  reader_.filled(bytes);
  wire::message message;
  auto arrival = wire::message_reader::arrival::more;
  while (phase_ < phase::flushing && (arrival = reader_.next(message)) == wire::message_reader::arrival::message)
    handle(message);
  house_->service.on_read_done();
  if (phase_ < phase::flushing && arrival == wire::message_reader::arrival::broken)
    end_with({error_code::protocol_error, std::string{explain(reader_.why())}});
  if (phase_ == phase::flushing)
    reader_.discard();
  else if (phase_ == phase::serving)
    watch_unfinished_message();
  read();
}

void connection::watch_unfinished_message() {
  if (reader_.unfinished() == message_unfinished_) return;
  message_unfinished_ = !message_unfinished_;
  if (!message_unfinished_) {
    cancel_deadline();
    return;
  }
  after(house_->options.bounds.message_ms, [](connection& self) {
    self.end_with({error_code::protocol_error, "a message was not finished in time"});
  });
}

void connection::handle(const wire::message& message) {
  switch (message.form) {
  case wire::message_form::request: return phase_ == phase::greeting ? greet(message) : handle_request(message);
  case wire::message_form::response: return handle_response(message);
  case wire::message_form::notification: return; // clients send their own at connect; none means anything here
  }
}

void connection::greet(const wire::message& message) {
  const auto refuse_and_end = [this, &message](const error& problem) {
    refuse_now(message.msgid, problem);
    end_after({});
  };
  if (message.method != "hello")
    return refuse_and_end({error_code::unauthorized, "the first request must be hello with a token"});
  auto request = wire::decode_request(message.method, message.params);
  if (!request) return refuse_and_end(request.problem());
  const auto& hello = std::get<wire::hello>(*request);
  if (!hello.token) return refuse_and_end({error_code::unauthorized, "hello needs a token here"});
  token_ = house_->tokens.find(*hello.token);
  if (!token_) return refuse_and_end({error_code::unauthorized, "the token is not known"});
  if (!admit(token_->who)) return refuse_and_end(overloaded("the tenant has too many connections"));
  answer_now(message.msgid, hello_result(house_->options, who_));
}

bool connection::admit(wire::principal who) {
  if (!house_->guests.enter_tenant(who.tenant)) return false;
  who_ = std::move(who);
  introduced_ = true;
  phase_ = phase::serving;
  cancel_deadline();
  reader_.limit_to(house_->options.bounds.message_bytes);
  return true;
}

/// A connection has one principal for its life; another hello may say the same again.
void connection::greet_again(std::uint32_t msgid, const wire::hello& hello) {
  if (token_ && hello.token) {
    const auto row = house_->tokens.find(*hello.token);
    if (!row || row->digest != token_->digest)
      return refuse_now(msgid, {error_code::unauthorized, "this connection was opened with another token"});
  }
  answer_now(msgid, hello_result(house_->options, who_));
}

void connection::handle_request(const wire::message& message) {
  const auto entry = exchange_.begin(message.msgid);
  if (entry == exchange::entry::repeated)
    return refuse_now(message.msgid, invalid_request("a request with this msgid is in flight"));
  if (entry == exchange::entry::full)
    return refuse_now(message.msgid, overloaded("too many requests of this connection are in flight"));

  auto request = wire::decode_request(message.method, message.params);
  if (!request) return refuse(message.msgid, request.problem());
  if (std::holds_alternative<wire::ping>(*request)) return respond(message.msgid, ping_result());
  if (const auto* hello = std::get_if<wire::hello>(&*request)) {
    exchange_.end(message.msgid);
    return greet_again(message.msgid, *hello);
  }
  const auto needed = wire::needed_for(*request);
  if (!wire::permits(who_, needed))
    return refuse(message.msgid,
                  {error_code::forbidden, "the token lacks the permission " + std::string{name(needed)}});
  house_->service.on_request(shared_from_this(), message.msgid, std::move(*request));
}

void connection::handle_response(const wire::message& message) {
  if (phase_ != phase::serving) return;
  auto call = exchange_.answered(message.msgid);
  if (!call) return; // answered before, cancelled, or never asked
  house_->service.on_tool_answer(shared_from_this(), tool_answer_of(std::move(*call), message));
}

// -- what goes out

template <class Encode>
void connection::send(Encode&& encode) {
  switch (outbox_.append(std::forward<Encode>(encode))) {
  case outbox::answer::wake: return on_its_thread([](connection& self) { self.flush(); });
  case outbox::answer::full:
    return on_its_thread([](connection& self) {
      self.end_with({error_code::slow_consumer, "too much output waits to be read"});
    });
  case outbox::answer::queued:
  case outbox::answer::sealed: return;
  }
}

void connection::answer_now(std::uint32_t msgid, std::string_view result) {
  send([msgid, result](pack::buffer& out) { wire::append_response(out, msgid, result); });
}

void connection::refuse_now(std::uint32_t msgid, const error& problem) {
  send([msgid, &problem](pack::buffer& out) { wire::append_refusal(out, msgid, problem); });
}

void connection::respond(std::uint32_t msgid, std::string_view result) {
  if (exchange_.end(msgid)) answer_now(msgid, result);
}

void connection::refuse(std::uint32_t msgid, const error& problem) {
  if (exchange_.end(msgid)) refuse_now(msgid, problem);
}

void connection::notify(std::string_view method, std::string_view argument) {
  send([method, argument](pack::buffer& out) { wire::append_notification(out, method, argument); });
}

void connection::call_tool(std::string_view session, std::string_view call, std::string_view argument) {
  if (const auto id = exchange_.ask(session, call))
    return send([id, argument](pack::buffer& out) { wire::append_request(out, *id, "tool.call", argument); });
  on_its_thread([unasked = asked_call{std::string{session}, std::string{call}}](connection& self) {
    if (self.phase_ != phase::serving) return;
    self.house_->service.on_tool_answer(self.shared_from_this(),
                                        tool_failure(unasked, overloaded("too many tool calls are in flight")));
    self.house_->service.on_read_done();
  });
}

void connection::cancel_tool(std::string_view session, std::string_view call, std::string_view argument) {
  exchange_.forget(session, call);
  notify("tool.cancel", argument);
}

void connection::flush() {
  if (writing_ || phase_ == phase::closed) return;
  if (outbox_.take(batch_)) {
    writing_ = true;
    stream_->write(shared_from_this(), batch_.bytes);
  } else if (phase_ == phase::flushing && !std::exchange(output_ended_, true)) {
    stream_->end_output(shared_from_this());
    if (input_ended_) close();
  }
}

void connection::on_written(bool sent) {
  writing_ = false;
  if (phase_ == phase::closed) return;
  if (sent)
    flush();
  else
    close();
}

// -- the end

void connection::finish() {
  on_its_thread([](connection& self) { self.end_after({}); });
}

void connection::abandon() {
  on_its_thread([](connection& self) { self.close(); });
}

void connection::recheck() {
  on_its_thread([](connection& self) {
    if (self.token_ && !self.house_->tokens.still_has(*self.token_))
      self.end_with({error_code::unauthorized, "the token has been changed or removed"});
  });
}

void connection::end_with(const error& last_words) {
  if (phase_ < phase::flushing)
    log::info("server ends a connection",
              {{"code", row(last_words.code).name}, {"reason", last_words.message}, {"tenant", who_.tenant}});
  pack::buffer problem;
  wire::append_error(problem, last_words);
  pack::buffer out;
  wire::append_notification(out, "error", problem.bytes);
  end_after(out);
}

/// Closing at once would reset the connection and could take the last words with it, so the client gets time to read
/// them.
void connection::end_after(const pack::buffer& last_words) {
  if (phase_ >= phase::flushing) return;
  if (phase_ == phase::opening) return close();
  phase_ = phase::flushing;
  outbox_.seal(last_words);
  say_goodbye();
  after(house_->options.bounds.linger_ms, [](connection& self) { self.close(); });
  flush();
}

void connection::close() {
  if (phase_ == phase::closed) return;
  phase_ = phase::closed;
  outbox_.seal({});
  cancel_deadline();
  stream_->close();
  say_goodbye();
  house_->guests.leave(guest_kind::rpc, this);
}

void connection::say_goodbye() {
  if (!std::exchange(introduced_, false)) return;
  house_->guests.leave_tenant(who_.tenant);
  house_->service.on_gone(shared_from_this());
}

} // namespace enclaved::edge
