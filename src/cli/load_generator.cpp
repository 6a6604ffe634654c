#include "cli/load_generator.hpp"

#include "base/clock.hpp"
#include "cli/load_connection.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <sys/epoll.h>
#include <sys/resource.h>

namespace enclaved::cli {

namespace {

constexpr std::uint64_t second_ns = 1'000'000'000;
constexpr std::uint64_t silence_ns = 60 * second_ns; ///< without any answer; what is open then counts as unanswered

using progress_report = std::function<void(std::uint64_t, double)>;

class generator {
public:
  generator(const load_plan& plan, const progress_report& progress) : plan_(plan), progress_(progress), frame_(plan) {}

  result<load_report> run();

private:
  status connect_all();
  void start_clock();
  void send_due(std::uint64_t now);
  void send_one(load_connection& on, std::uint64_t meant_at_ns);
  status turn();
  status serve(load_connection& one, std::uint32_t events);
  status flush(load_connection& one);
  void account(const load_answer& came, std::uint64_t now);
  void tell_progress(std::uint64_t now);

  bool may_send(std::uint64_t now) const { return plan_.count > 0 ? sent_ < plan_.count : now < end_ns_; }
  bool open_loop() const { return plan_.rate > 0; }
  std::uint64_t due_ns(std::uint64_t index) const {
    return start_ns_ + static_cast<std::uint64_t>(static_cast<double>(index) * 1e9 / static_cast<double>(plan_.rate));
  }
  timespec sleep_time(std::uint64_t now) const;

  const load_plan& plan_;
  const progress_report& progress_;
  request_frame frame_;
  load_report report_;
  unique_fd poll_;
  std::vector<std::unique_ptr<load_connection>> connections_;
  std::vector<load_answer> answers_;
  std::size_t turn_of_ = 0; ///< the connection that sends next in the open loop
  std::uint64_t sent_ = 0;
  std::uint64_t answered_ = 0;
  std::uint64_t start_ns_ = 0, counted_from_ns_ = 0, end_ns_ = 0, last_answer_ns_ = 0, next_progress_ns_ = 0;
};

/// As many descriptors as the system gives: a thousand connections are more than its default.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

error system_error(std::string_view what) {
  return {error_code::internal, std::string(what) + ": " + std::strerror(errno)};
}

result<load_report> generator::run() {
  if (auto connected = connect_all(); !connected) return connected.problem();
  start_clock();
  if (!open_loop())
    for (std::size_t i = 0; i < plan_.in_flight && may_send(start_ns_); ++i)
      send_one(*connections_[i % connections_.size()], steady_ns());
  for (const auto& one : connections_)
    if (auto went = flush(*one); !went) return went.problem();

  for (auto now = steady_ns(); may_send(now) || answered_ < sent_; now = steady_ns()) {
    if (now > last_answer_ns_ + silence_ns) break;
    if (open_loop()) send_due(now);
    if (auto went = turn(); !went) return went.problem();
    tell_progress(now);
  }
  report_.unanswered = sent_ - answered_;
  if (last_answer_ns_ > counted_from_ns_)
    report_.seconds = static_cast<double>(last_answer_ns_ - counted_from_ns_) / 1e9;
  for (const auto& one : connections_) report_.tool_calls += one->tool_calls();
  return std::move(report_);
}

status generator::connect_all() {
  raise_descriptor_limit();
  poll_ = unique_fd(::epoll_create1(EPOLL_CLOEXEC));
  if (!poll_.open()) return system_error("cannot poll");
  for (std::size_t i = 0; i < plan_.connections; ++i) {
    auto socket = connect_to(plan_.server, plan_.connect_timeout_ms);
    if (!socket) return socket.problem();
    connections_.push_back(std::make_unique<load_connection>(std::move(*socket), plan_.token));
    epoll_event interest{EPOLLIN, {.ptr = connections_.back().get()}};
    if (::epoll_ctl(poll_.get(), EPOLL_CTL_ADD, connections_.back()->descriptor(), &interest) != 0)
      return system_error("cannot poll");
  }
  return done{};
}

void generator::start_clock() {
  start_ns_ = steady_ns();
  counted_from_ns_ = start_ns_ + plan_.warm_up_ms * 1'000'000;
  end_ns_ = counted_from_ns_ + plan_.run_ms * 1'000'000;
  last_answer_ns_ = start_ns_;
  next_progress_ns_ = start_ns_ + second_ns;
}

/// Everything that is due by now leaves, on the connections in turn. What no connection may carry stays due.
void generator::send_due(std::uint64_t now) {
  for (std::size_t full = 0; full < connections_.size() && may_send(now) && due_ns(sent_) <= now;) {
    auto& on = *connections_[turn_of_++ % connections_.size()];
    if (!on.can_send()) {
      ++full;
      continue;
    }
    full = 0;
    send_one(on, due_ns(sent_));
  }
}

void generator::send_one(load_connection& on, std::uint64_t meant_at_ns) {
  on.send(frame_, meant_at_ns);
  ++sent_;
}

timespec generator::sleep_time(std::uint64_t now) const {
  auto until = std::min(next_progress_ns_, may_send(now) && plan_.count == 0 ? end_ns_ : UINT64_MAX);
  if (open_loop() && may_send(now)) until = std::min(until, due_ns(sent_));
  const auto left = until > now ? until - now : 0;
  return {static_cast<time_t>(left / second_ns), static_cast<long>(left % second_ns)};
}

status generator::turn() {
  if (open_loop())
    for (const auto& one : connections_)
      if (auto went = flush(*one); !went) return went;
  std::array<epoll_event, 256> ready;
  const auto sleep = sleep_time(steady_ns());
  const int count = ::epoll_pwait2(poll_.get(), ready.data(), static_cast<int>(ready.size()), &sleep, nullptr);
  if (count < 0 && errno != EINTR) return system_error("cannot poll");
  for (int i = 0; i < count; ++i) {
    const auto& event = ready[static_cast<std::size_t>(i)];
    if (auto went = serve(*static_cast<load_connection*>(event.data.ptr), event.events); !went) return went;
  }
  return done{};
}

status generator::serve(load_connection& one, std::uint32_t events) {
  if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) {
    answers_.clear();
    const bool alive = one.receive(answers_);
    for (const auto& came : answers_) {
      const auto now = steady_ns();
      account(came, now);
      if (!open_loop() && may_send(now)) send_one(one, now);
    }
    if (!alive) return error{error_code::unavailable, "a connection is lost: " + one.why()};
  }
  return flush(one);
}

status generator::flush(load_connection& one) {
  const auto now = one.flush();
  if (now == load_connection::condition::broken)
    return error{error_code::unavailable, "a connection is lost: " + one.why()};
  if (one.note(now)) {
    const auto wanted = now == load_connection::condition::blocked ? EPOLLIN | EPOLLOUT : EPOLLIN;
    epoll_event interest{static_cast<std::uint32_t>(wanted), {.ptr = &one}};
    if (::epoll_ctl(poll_.get(), EPOLL_CTL_MOD, one.descriptor(), &interest) != 0) return system_error("cannot poll");
  }
  return done{};
}

void generator::account(const load_answer& came, std::uint64_t now) {
  ++answered_;
  last_answer_ns_ = now;
  if (came.meant_at_ns < counted_from_ns_) return;
  if (!came.failure.empty()) {
    ++report_.errors[came.failure];
    return;
  }
  ++report_.completed;
  report_.latency_ns.record(now - std::min(now, came.meant_at_ns));
}

void generator::tell_progress(std::uint64_t now) {
  if (now < next_progress_ns_) return;
  next_progress_ns_ = now + second_ns;
  if (progress_) progress_(answered_, static_cast<double>(now - start_ns_) / 1e9);
}

} // namespace

result<load_report> generate_load(const load_plan& plan, const progress_report& progress) {
  return std::make_unique<generator>(plan, progress)->run(); // its histogram is too large for a stack frame
}

} // namespace enclaved::cli
