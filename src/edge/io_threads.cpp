#include "edge/io_threads.hpp"

#include "edge/asio.hpp"

#include <algorithm>
#include <atomic>
#include <boost/asio/post.hpp>
#include <pthread.h>
#include <string>
#include <thread>
#include <vector>

namespace enclaved::edge {

namespace {

/// One thread feeds several workers' worth of small messages; more help only where cores are left over.
std::size_t suggested() { return std::clamp<std::size_t>(std::thread::hardware_concurrency() / 4, 1, 8); }

struct io_thread final : loop {
  void post(void (*what)(void*), void* with) override {
    asio::post(context, [what, with] { what(with); });
  }

  asio::io_context context{1}; // a hint that one thread runs it
  asio::executor_work_guard<executor> work{context.get_executor()};
  std::thread thread;
};

} // namespace

struct io_threads::state {
  std::vector<std::unique_ptr<io_thread>> threads;
  std::atomic<std::size_t> turn = 0;
};

io_threads::io_threads(std::size_t count) : state_(std::make_unique<state>()) {
  for (std::size_t i = 0; i < (count == 0 ? suggested() : count); ++i) {
    auto& one = *state_->threads.emplace_back(std::make_unique<io_thread>());
    one.thread = std::thread([&one] { one.context.run(); });
    pthread_setname_np(one.thread.native_handle(), ("io." + std::to_string(i)).c_str());
  }
}

io_threads::~io_threads() { stop(); }

void io_threads::stop() {
  for (const auto& one : state_->threads) one->context.stop();
  for (const auto& one : state_->threads)
    if (one->thread.joinable()) one->thread.join();
}

std::size_t io_threads::count() const { return state_->threads.size(); }

asio::io_context& io_threads::first() { return state_->threads.front()->context; }

asio::io_context& io_threads::next() {
  const auto turn = state_->turn.fetch_add(1, std::memory_order_relaxed);
  return state_->threads[turn % state_->threads.size()]->context;
}

loops io_threads::as_loops() {
  loops all;
  for (const auto& one : state_->threads) all.push_back(one.get());
  return all;
}

} // namespace enclaved::edge
