#include "engine/worker.hpp"

#include "base/bounds.hpp"
#include "engine/pipe.hpp"
#include "engine/slots.hpp"

#include <cerrno>
#include <cstring>
#include <string>
#include <unistd.h>

namespace enclaved::engine {

namespace {

/// Ends are told to the runtime by how the process ended; nobody reads its words.
constexpr int exit_closed = 0;
constexpr int exit_protocol = 3;

/// Bytes of whole frames, as they come in.
class frame_source {
public:
  explicit frame_source(int pipe) : pipe_(pipe) {}

  /// The next frame; its bytes stay until the next call.
  std::string_view next() {
    for (;;) {
      const auto have = end_ - begin_;
      std::uint32_t length = 0;
      if (have >= sizeof length) {
        std::memcpy(&length, bytes_.data() + begin_, sizeof length);
        if (length > bounds::pipe_frame_bytes) _exit(exit_protocol);
        if (have >= sizeof length + length) {
          const auto at = begin_ + sizeof length;
          begin_ = at + length;
          return {bytes_.data() + at, length};
        }
      }
      make_room(sizeof length + length);
      const auto got = read(pipe_, bytes_.data() + end_, bytes_.size() - end_);
      if (got == 0) _exit(exit_closed);
      if (got < 0 && errno != EINTR) _exit(exit_protocol);
      if (got > 0) end_ += static_cast<std::size_t>(got);
    }
  }

  /// True when the next frame needs no reading.
  bool holds_more() const {
    std::uint32_t length = 0;
    if (end_ - begin_ < sizeof length) return false;
    std::memcpy(&length, bytes_.data() + begin_, sizeof length);
    return end_ - begin_ >= sizeof length + length;
  }

private:
  void make_room(std::size_t frame) {
    std::memmove(bytes_.data(), bytes_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    if (bytes_.size() > keep && frame <= keep && end_ <= keep) bytes_ = std::string(bytes_.data(), keep);
    if (bytes_.size() < frame + spare) bytes_.resize(frame + spare);
  }

  static constexpr std::size_t spare = 64 * bounds::kib;
  static constexpr std::size_t keep = 1 * bounds::mib; ///< a larger buffer is given up after the frame that needed it

  int pipe_;
  std::string bytes_ = std::string(spare, '\0');
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

class worker final : turn_sink {
public:
  worker(machine& heap, int pipe, shared_memory memory)
      : heap_(heap), pipe_(pipe), source_(pipe), memory_(std::move(memory)), slots_(memory_.capacity()) {}

  [[noreturn]] void serve() {
    pipe::put_ready(out_, heap_.identity());
    flush();
    for (;;) {
      const auto frame = source_.next();
      ++frames_;
      handle(frame);
      if (!source_.holds_more()) flush();
    }
  }

private:
  void handle(std::string_view frame) {
    pipe::to_worker kind{};
    if (!pipe::read_kind(frame, kind)) _exit(exit_protocol);
    switch (kind) {
    case pipe::to_worker::start: return start(frame);
    case pipe::to_worker::resume: return resume(frame);
    case pipe::to_worker::release: return release(frame);
    case pipe::to_worker::check: return check(frame);
    case pipe::to_worker::rules: return obey(frame);
    }
  }

  /// False when what had to wait behind a long script has been given to somebody else meanwhile.
  bool still_wanted() { return begin_frame(memory_.words(), frames_); }

  /// Nobody knows how long what begins here takes: whoever ran before it does not wait for it, and when it ends this
  /// process it alone is taken for the one that did.
  void begin(job_id job, std::uint32_t turn) {
    flush();
    at_ = {job, turn, 0, pipe::turn_state::part, {}};
    heap_.watch(&memory_.words().stop, frames_);
  }

  void start(std::string_view bytes) {
    pipe::start_frame frame;
    if (!pipe::read_start(bytes, frame)) _exit(exit_protocol);
    if (!still_wanted()) return;
    begin(frame.job, 0);
    if (frame.replay.empty()) return end_turn(heap_.start(frame.order, *this));
    replay(frame);
  }

  /// Plays the recorded turns, then is where the execution was: what it costs to play them again is not counted.
  void replay(pipe::start_frame& frame) {
    frame.order.replays = true;
    auto end = heap_.start(frame.order, *this);
    for (std::size_t i = 0; i < frame.replay.size(); ++i) {
      if (!end.waiting) break; // it ended too early: the runtime sees that from the turn's number
      report(pipe::turn_state::waiting, {}, &end);
      ++at_.turn;
      at_.part = 0;
      if (i + 1 == frame.replay.size()) heap_.charge(frame.costs.run_us, frame.costs.cpu_us);
      end = deliver(frame.replay[i]);
    }
    end_turn(end);
  }

  turn_end deliver(const batch& what) {
    deliveries_.clear();
    for (const auto& item : what.answers) deliveries_.push_back({item.call, item.ok, item.value, item.uncaught});
    return heap_.resume({what.clock_ms, deliveries_}, *this);
  }

  void resume(std::string_view bytes) {
    pipe::resume_frame frame;
    if (!pipe::read_resume(bytes, frame)) _exit(exit_protocol);
    if (!still_wanted()) return; // the slot stays taken until the runtime has read it and releases it
    const std::span<const char> delta =
        frame.delta.empty() ? memory_.at(frame.where) : std::span<const char>(frame.delta);
    begin(frame.job, frame.turn);
    const bool there = heap_.unpark(delta);
    if (frame.delta.empty()) give_back(frame.where);
    if (!there) return report(pipe::turn_state::lost, {}, nullptr);
    end_turn(deliver(frame.what));
  }

  void release(std::string_view bytes) {
    slot where;
    if (!pipe::read_release(bytes, where)) _exit(exit_protocol);
    give_back(where);
  }

  /// Memory is returned to the system when nothing is parked any more.
  void give_back(slot where) {
    if (!slots_.release(where)) _exit(exit_protocol);
    if (!slots_.empty() || slots_.high_water() < worth_returning) return;
    memory_.give_back({0, slots_.high_water()});
    slots_.reset();
  }

  void check(std::string_view bytes) {
    pipe::check_frame frame;
    if (!pipe::read_check(bytes, frame)) _exit(exit_protocol);
    if (!still_wanted()) return;
    begin(frame.job, 0);
    end_turn(heap_.check(frame.code));
  }

  void obey(std::string_view bytes) {
    script_rules rules;
    if (!pipe::read_rules(bytes, rules)) _exit(exit_protocol);
    heap_.obey(std::move(rules));
  }

  void end_turn(const turn_end& end) {
    if (end.waiting) return report(pipe::turn_state::waiting, park(), &end);
    report(pipe::turn_state::ended, {}, &end);
  }

  slot park() {
    const auto where = slots_.take(heap_.delta_bytes());
    std::size_t used = 0;
    if (where.bytes == 0) return {};
    if (!heap_.park(memory_.at(where), used)) {
      give_back(where);
      return {};
    }
    return {where.offset, used};
  }

  void report(pipe::turn_state state, slot where, const turn_end* end) {
    at_.state = state;
    at_.where = where;
    pipe::put_report(out_, at_, count_, records_, end);
    ++at_.part;
    records_.clear();
    count_ = 0;
  }

  void on_print(std::string_view text) override {
    pipe::put_print(records_, text);
    ++count_;
  }
  void on_log(log_level level, std::string_view message, std::string_view data) override {
    pipe::put_log(records_, level, message, data);
    ++count_;
  }
  void on_tool_call(std::uint32_t call, std::string_view tool, std::string_view args, std::uint32_t line) override {
    pipe::put_tool_call(records_, call, tool, args, line);
    ++count_;
  }

  void on_timer(std::uint32_t number, std::uint64_t delay_ms) override {
    pipe::put_timer(records_, number, delay_ms);
    ++count_;
  }
  void on_timer_cancelled(std::uint32_t number) override {
    pipe::put_timer_cancelled(records_, number);
    ++count_;
  }
  void on_partial_result(std::string_view payload) override {
    pipe::put_partial_result(records_, payload);
    ++count_;
  }

  void on_state_patch(std::string_view ops) override {
    pipe::put_state_patch(records_, ops);
    ++count_;
  }

  /// Output leaves at fixed sizes, so that a replay cuts it at the same places.
  bool has_enough() const override { return records_.size() >= bounds::turn_output_bytes; }
  void send() override {
    report(pipe::turn_state::part, {}, nullptr);
    flush();
  }

  void flush() {
    for (std::size_t at = 0; at < out_.size();) {
      const auto put = write(pipe_, out_.data() + at, out_.size() - at);
      if (put < 0 && errno != EINTR) _exit(exit_closed);
      if (put > 0) at += static_cast<std::size_t>(put);
    }
    out_.clear();
    if (out_.capacity() > keep_bytes) out_.shrink_to_fit();
  }

  static constexpr std::size_t keep_bytes = 1 * bounds::mib;
  static constexpr std::size_t worth_returning = 4 * bounds::mib;

  machine& heap_;
  int pipe_;
  frame_source source_;
  shared_memory memory_;
  slots slots_;
  std::uint32_t frames_ = 0; ///< received so far
  pipe::report_head at_;     ///< the turn that runs
  std::string records_;      ///< of that turn, not yet reported
  std::uint32_t count_ = 0;  ///< of them
  std::string out_;          ///< reports to be written
  std::vector<delivery> deliveries_;
};

} // namespace

void work(machine& heap, int pipe, shared_memory memory) { worker(heap, pipe, std::move(memory)).serve(); }

} // namespace enclaved::engine
