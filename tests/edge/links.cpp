#include "base/bounds.hpp"
#include "edge/io_threads.hpp"
#include "edge/pipe_links.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <condition_variable>
#include <cstring>
#include <fcntl.h>
#include <mutex>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace enclaved;

namespace {

std::string frame(std::string_view body) {
  const auto length = static_cast<std::uint32_t>(body.size());
  std::string bytes(sizeof length, '\0');
  std::memcpy(bytes.data(), &length, sizeof length);
  return bytes.append(body);
}

/// Collects what a link hears; the test waits for it.
class ear {
public:
  link_handlers handlers() {
    return {.on_frames =
                [this](std::string_view frames) {
                  change([&] {
                    while (const auto body = take_frame(frames)) frames_.emplace_back(*body);
                  });
                },
            .on_closed = [this](std::string_view why) { change([&] { closed_.emplace_back(why); }); }};
  }
  std::vector<std::string> wait_for_frames(std::size_t count) {
    return wait([&] { return frames_.size() >= count; }, frames_);
  }
  std::vector<std::string> wait_for_close() {
    return wait([&] { return !closed_.empty(); }, closed_);
  }
  std::size_t closes() {
    const std::scoped_lock lock{mutex_};
    return closed_.size();
  }

private:
  template <class Change>
  void change(Change change) {
    const std::scoped_lock lock{mutex_};
    change();
    changed_.notify_all();
  }
  template <class Condition>
  std::vector<std::string> wait(Condition condition, const std::vector<std::string>& what) {
    std::unique_lock lock{mutex_};
    const bool came = changed_.wait_for(lock, std::chrono::seconds{20}, condition);
    REQUIRE(came);
    return what;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> frames_;
  std::vector<std::string> closed_;
};

/// Two ends: a link's, and a bare descriptor that the test writes to and reads from.
struct pipe_pair {
  pipe_pair() {
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    ours = ends[0];
    theirs = ends[1];
  }
  ~pipe_pair() { close_theirs(); }
  void close_theirs() {
    if (theirs >= 0) ::close(std::exchange(theirs, -1));
  }
  void write(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto sent = ::send(theirs, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      REQUIRE(sent > 0);
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  std::string read(std::size_t bytes) const {
    std::string out(bytes, '\0');
    for (std::size_t done = 0; done < bytes;) {
      const auto got = ::recv(theirs, out.data() + done, bytes - done, 0);
      REQUIRE(got > 0);
      done += static_cast<std::size_t>(got);
    }
    return out;
  }

  int ours = -1;
  int theirs = -1;
};

constexpr std::size_t frame_bound = 8 * bounds::mib;
constexpr std::size_t queue_bound = 32 * bounds::mib;

} // namespace

TEST_CASE("frames arrive whole, however they were cut") {
  edge::io_threads threads{1};
  ear ear;
  pipe_pair pair;
  const auto link = edge::links_on(threads)(pair.ours, ear.handlers(), frame_bound, queue_bound);
  const std::string large(3 * bounds::mib, 'L');
  const auto bytes = frame("a") + frame("") + frame("bc");
  for (const char byte : bytes) pair.write({&byte, 1});
  pair.write(bytes + frame(large) + bytes);
  const auto frames = ear.wait_for_frames(10);
  const std::vector<std::string> expected{"a", "", "bc", "a", "", "bc", large, "a", "", "bc"};
  CHECK((frames == expected)); // in parentheses, so that a failure does not print megabytes
  CHECK(ear.closes() == 0);
}

TEST_CASE("what is sent arrives in order, also when the other side reads late") {
  edge::io_threads threads{1};
  ear ear;
  pipe_pair pair;
  const auto link = edge::links_on(threads)(pair.ours, ear.handlers(), frame_bound, queue_bound);
  std::string expected;
  for (int i = 0; i < 200; ++i) {
    const auto bytes = frame(std::string(50'000, static_cast<char>('a' + i % 26)));
    REQUIRE(link->send(bytes));
    expected += bytes;
  }
  CHECK((pair.read(expected.size()) == expected));
  REQUIRE(link->send(frame("again")));
  CHECK(pair.read(9) == frame("again"));
}

TEST_CASE("many threads send whole frames") {
  edge::io_threads threads{2};
  ear ear;
  pipe_pair pair;
  const auto factory = edge::links_on(threads);
  const auto sender = factory(pair.ours, {[](std::string_view) {}, [](std::string_view) {}}, frame_bound, queue_bound);
  const auto receiver = factory(std::exchange(pair.theirs, -1), ear.handlers(), frame_bound, queue_bound);
  std::vector<std::thread> crowd;
  for (char name = 'a'; name < 'e'; ++name)
    crowd.emplace_back([&sender, name] {
      for (int i = 0; i < 1'000; ++i) sender->send(frame(std::string(static_cast<std::size_t>(i), name)));
    });
  for (auto& one : crowd) one.join();
  std::vector<std::size_t> next(4);
  bool in_order = true;
  for (const auto& body : ear.wait_for_frames(4'000)) {
    if (body.empty()) continue;
    auto& expected = next[static_cast<std::size_t>(body[0] - 'a')];
    in_order = in_order && body == std::string(++expected, body[0]);
  }
  CHECK(in_order);
}

TEST_CASE("the queue of a peer that does not read is bounded") {
  edge::io_threads threads{1};
  ear ear;
  pipe_pair pair;
  const auto link = edge::links_on(threads)(pair.ours, ear.handlers(), frame_bound, 1 * bounds::mib);
  const auto bytes = frame(std::string(100'000, 'x'));
  int accepted = 0;
  while (accepted < 1'000 && link->send(bytes)) ++accepted;
  CHECK(accepted >= 10);
  CHECK(accepted < 100);
  CHECK(ear.closes() == 0);
}

TEST_CASE("an end of stream, a frame over the bound and a lie about its length are told once") {
  edge::io_threads threads{1};
  const auto factory = edge::links_on(threads);
  SECTION("end of stream, after the last frame") {
    ear ear;
    pipe_pair pair;
    const auto link = factory(pair.ours, ear.handlers(), frame_bound, queue_bound);
    pair.write(frame("last") + "\x05");
    pair.close_theirs();
    CHECK(ear.wait_for_close().at(0) == "the other side closed the pipe");
    CHECK(ear.wait_for_frames(1) == std::vector<std::string>{"last"});
    CHECK_FALSE(link->send(frame("x")));
    CHECK(ear.closes() == 1);
  }
  SECTION("a length of 4 GiB") {
    ear ear;
    pipe_pair pair;
    const auto link = factory(pair.ours, ear.handlers(), frame_bound, queue_bound);
    pair.write(frame("good") + "\xff\xff\xff\xff");
    CHECK(ear.wait_for_close().at(0) == "a frame is larger than its bound");
    CHECK(ear.wait_for_frames(1) == std::vector<std::string>{"good"});
  }
}

TEST_CASE("what the other side said before it ended is heard, though it did not read what it was sent") {
  edge::io_threads threads{1};
  ear ear;
  pipe_pair pair;
  const auto link = edge::links_on(threads)(pair.ours, ear.handlers(), frame_bound, queue_bound);
  REQUIRE(link->send(frame(std::string(4 * bounds::mib, 'L'))));
  std::atomic<bool> go_on = false; // so that its words and its end come at the same time
  threads.as_loops().front()->post([](void* flag) { static_cast<std::atomic<bool>*>(flag)->wait(false); }, &go_on);
  const auto one = frame(std::string(1'000, 'w'));
  std::string said;
  for (int i = 0; i < 120; ++i) said += one;
  pair.write(said);
  pair.close_theirs();
  go_on = true;
  go_on.notify_all();
  CHECK(ear.wait_for_close().size() == 1);
  CHECK(ear.wait_for_frames(0).size() == 120);
  CHECK_FALSE(link->send(one));
}

TEST_CASE("a link that is gone closes its pipe and calls nobody") {
  edge::io_threads threads{1};
  ear ear;
  pipe_pair pair;
  auto link = edge::links_on(threads)(pair.ours, ear.handlers(), frame_bound, queue_bound);
  link.reset();
  char byte = 0;
  CHECK(::recv(pair.theirs, &byte, 1, 0) == 0);
  CHECK(ear.closes() == 0);
}

TEST_CASE("a handler may destroy its own link") {
  edge::io_threads threads{1};
  pipe_pair pair;
  std::unique_ptr<enclaved::link> own;
  std::mutex mutex;
  std::condition_variable changed;
  int heard = 0;
  const auto on_frame = [&](std::string_view) {
    const std::scoped_lock lock{mutex};
    ++heard;
    own.reset();
    changed.notify_all();
  };
  {
    const std::scoped_lock lock{mutex};
    own = edge::links_on(threads)(pair.ours, {on_frame, [](std::string_view) {}}, frame_bound, queue_bound);
  }
  pair.write(frame("one") + frame("two"));
  char byte = 0;
  CHECK(::recv(pair.theirs, &byte, 1, 0) == 0);
  std::unique_lock lock{mutex};
  changed.wait(lock, [&] { return heard > 0; });
  CHECK(heard == 1);
}
