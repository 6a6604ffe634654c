// One client's connection: reads messages, answers what the edge answers, hands the rest to the service, sends what it
// is given.
//
//            TLS handshake      hello, or no tokens needed          error, end of input, stop
//   opening ───────────────▶ greeting ───────────────────▶ serving ──────────┐
//      │                        │                                            ▼
//      └────────────────────────┴──────────────────────────────────▶ flushing ───▶ closed
//                                                                    last words    sent, or linger_ms over
//
// Everything but the functions of `peer` and `guest` happens on the connection's I/O thread.
#pragma once

#include "edge/byte_stream.hpp"
#include "edge/exchange.hpp"
#include "edge/outbox.hpp"
#include "edge/premises.hpp"
#include "wire/rpc.hpp"
#include "wire/service.hpp"

#include <memory>
#include <optional>

namespace enclaved::edge {

class connection final : public wire::peer,
                         public guest,
                         public stream_user,
                         public std::enable_shared_from_this<connection> {
public:
  connection(std::shared_ptr<premises> house, std::unique_ptr<byte_stream> stream);

  void start();

  // peer: any thread
  const wire::principal& who() const override { return who_; }
  void respond(std::uint32_t msgid, std::string_view result) override;
  void refuse(std::uint32_t msgid, const error& problem) override;
  void notify(std::string_view method, std::string_view argument) override;
  void call_tool(std::string_view session, std::string_view call, std::string_view argument) override;
  void cancel_tool(std::string_view session, std::string_view call, std::string_view argument) override;

  // guest: any thread
  void finish() override;
  void abandon() override;
  void recheck() override;

  // stream_user
  void on_opened(bool usable) override;
  void on_read(std::size_t bytes) override;
  void on_written(bool sent) override;

private:
  enum class phase : std::uint8_t { opening, greeting, serving, flushing, closed };

  // -- what comes in
  void read();
  void handle(const wire::message& message);
  void handle_request(const wire::message& message);
  void greet(const wire::message& message);
  void greet_again(std::uint32_t msgid, const wire::hello& hello);
  void handle_response(const wire::message& message);
  bool admit(wire::principal who);
  void watch_unfinished_message();

  // -- what goes out
  template <class Encode>
  void send(Encode&& encode);
  void answer_now(std::uint32_t msgid, std::string_view result);
  void refuse_now(std::uint32_t msgid, const error& problem);
  void flush();

  // -- the end
  void end_with(const error& last_words);
  void end_after(const pack::buffer& last_words);
  void close();
  void say_goodbye();
  template <class Action>
  void on_its_thread(Action action);
  template <class Action>
  void after(std::uint32_t delay_ms, Action action);
  void cancel_deadline();

  const std::shared_ptr<premises> house_;
  const std::unique_ptr<byte_stream> stream_;
  wire::message_reader reader_;
  phase phase_ = phase::opening;
  timer deadline_; ///< of the greeting, of an unfinished message, or of lingering; one at a time
  std::uint64_t deadline_turn_ = 0;
  bool message_unfinished_ = false;
  bool input_ended_ = false;
  bool output_ended_ = false;
  bool introduced_ = false; ///< the service may know this peer

  wire::principal who_; ///< set before anyone else can see it
  std::optional<token_row> token_;

  exchange exchange_;
  outbox outbox_;
  pack::buffer batch_; ///< being written
  bool writing_ = false;
};

} // namespace enclaved::edge
