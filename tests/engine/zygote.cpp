#include "engine/zygote.hpp"

#include "base/pack.hpp"
#include "jailed.hpp"
#include "process_support.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

using namespace enclaved;
using namespace enclaved::engine;
using namespace enclaved::engine::test;
using news_kind = zygote_news::kind;

namespace {

constexpr std::size_t memory_bytes = bounds::mib;

/// A zygote that has told that it is ready.
class running_zygote {
public:
  running_zygote() {
    auto launched = zygote::launch();
    REQUIRE(launched);
    process.emplace(std::move(*launched));
    news = std::make_unique<frame_channel>(process->take_news());
    ready = next();
    REQUIRE(ready.what == news_kind::ready);
  }

  zygote_news next() {
    const auto frame = news->next();
    REQUIRE(frame);
    zygote_news out;
    REQUIRE(read_news(*frame, out));
    return out;
  }

  std::optional<zygote> process;
  std::unique_ptr<frame_channel> news;
  zygote_news ready;
};

/// Our side of a worker that a zygote was asked for.
struct ordered_worker {
  ordered_worker(running_zygote& of, std::uint32_t id) {
    std::array<int, 2> ends{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
    const int file = shared_memory::create(memory_bytes);
    REQUIRE(of.process->fork_worker(id, ends[1], file));
    ::close(ends[1]);
    ::close(file);
    channel = std::make_unique<frame_channel>(ends[0]);
  }

  std::uint64_t identity() {
    const auto frame = channel->next();
    REQUIRE(frame);
    pipe::ready hello;
    REQUIRE(pipe::read_ready(*frame, hello));
    return hello.identity;
  }

  std::unique_ptr<frame_channel> channel;
};

std::size_t descriptors_of(pid_t pid) {
  const std::filesystem::directory_iterator all("/proc/" + std::to_string(pid) + "/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

std::string news_frame(const std::function<void(pack::writer&)>& write) {
  pack::buffer out;
  pack::writer to(out);
  write(to);
  return out.bytes;
}

/// True when no process has the pid, or only its remains.
bool is_gone(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("State:")) return line.find('Z') != std::string::npos;
  return true;
}

} // namespace

TEST_CASE("a zygote is ready with its layers, bears workers of its own identity and tells of it") {
  running_zygote some;
  CHECK(sandbox::missing(some.ready.layers).empty() == namespaces_are_permitted(jail_user::as_we_are));
  ordered_worker one(some, 7);
  const auto born = some.next();
  CHECK(born.what == news_kind::born);
  CHECK(born.id == 7);
  CHECK(born.number > 0);
  CHECK(one.identity() == some.ready.identity);
  std::string frame;
  pipe::put_start(frame, 1, script_of("return 6 * 7"), {}, {});
  CHECK(one.channel->send(frame));
  const auto answer = one.channel->next();
  REQUIRE(answer);
  pipe::report report;
  REQUIRE(pipe::read_report(*answer, report));
  CHECK(report.end->result == "\x2a");
  one.channel->close();
  const auto ended = some.next();
  CHECK(ended.what == news_kind::ended);
  CHECK(ended.id == 7);
  CHECK(WIFEXITED(static_cast<int>(ended.number)));
  CHECK(WEXITSTATUS(static_cast<int>(ended.number)) == 0);
}

TEST_CASE("a script that spins is killed by the zygote when asked to") {
  running_zygote some;
  ordered_worker one(some, 1);
  some.next();
  one.identity();
  std::string frame;
  pipe::put_start(frame, 1, script_of("while (1) {}"), {}, {});
  CHECK(one.channel->send(frame));
  CHECK(some.process->kill_worker(99)); // nobody
  CHECK(some.process->kill_worker(1));
  const auto ended = some.next();
  CHECK(ended.what == news_kind::ended);
  CHECK(WIFSIGNALED(static_cast<int>(ended.number)));
  CHECK(WTERMSIG(static_cast<int>(ended.number)) == SIGKILL);
  CHECK(one.channel->ended());
}

TEST_CASE("a zygote answers a ping, also while its workers are busy") {
  running_zygote some;
  ordered_worker one(some, 1);
  some.next();
  std::string frame;
  pipe::put_start(frame, 1, script_of("while (1) {}"), {}, {});
  CHECK(one.channel->send(frame));
  for (int i = 0; i < 3; ++i) {
    CHECK(some.process->ping());
    CHECK(some.next().what == news_kind::pong);
  }
}

TEST_CASE("the end of the control socket ends the zygote and its workers") {
  running_zygote some;
  ordered_worker one(some, 1);
  ordered_worker two(some, 2);
  one.identity();
  two.identity();
  const auto first = some.next();
  const auto second = some.next();
  some.process->end();
  CHECK(one.channel->ended());
  CHECK(two.channel->ended());
  CHECK(is_gone(static_cast<pid_t>(first.number)));
  CHECK(is_gone(static_cast<pid_t>(second.number)));
}

TEST_CASE("workers end with a zygote that is killed") {
  running_zygote some;
  ordered_worker one(some, 1);
  one.identity();
  some.process.reset();
  CHECK(one.channel->ended());
  while (some.news->next()) {
    // what it told before
  }
  CHECK(some.news->ended());
}

TEST_CASE("a worker that cannot be born in a jail tells by its end") {
  running_zygote some;
  std::array<int, 2> ends{};
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
  REQUIRE(some.process->fork_worker(5, ends[0], ends[1])); // a socket is no memory
  ::close(ends[0]);
  ::close(ends[1]);
  CHECK(some.next().what == news_kind::born);
  const auto ended = some.next();
  CHECK(ended.what == news_kind::ended);
  CHECK(ended.id == 5);
  CHECK(WEXITSTATUS(static_cast<int>(ended.number)) == 1);
}

TEST_CASE("many births and deaths leave nothing behind") {
  running_zygote some;
  const auto round = [&some](std::uint32_t id) {
    ordered_worker one(some, id);
    if (one.identity() != some.ready.identity) FAIL("worker " << id << " is of another kind");
    one.channel->close();
    for (const auto expected : {news_kind::born, news_kind::ended}) {
      const auto told = some.next();
      if (told.what != expected || told.id != id) FAIL("worker " << id << ": the zygote told something else");
    }
  };
  round(1);
  const auto before = descriptors_of(some.process->pid());
  const auto ours = descriptors_of(::getpid());
  for (std::uint32_t id = 2; id < 150; ++id) round(id);
  CHECK(descriptors_of(some.process->pid()) == before);
  CHECK(descriptors_of(::getpid()) == ours);
  std::ifstream children("/proc/" + std::to_string(some.process->pid()) + "/task/" +
                         std::to_string(some.process->pid()) + "/children");
  std::string none;
  CHECK_FALSE(children >> none);
}

TEST_CASE("a zygote of a plain user has all layers too") {
  if (!namespaces_are_permitted(jail_user::plain)) {
    WARN("this system permits a plain user no namespaces");
    return;
  }
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    if (!become_plain_user()) ::_exit(1);
    auto launched = zygote::launch();
    if (!launched) ::_exit(2);
    frame_channel news(launched->take_news());
    const auto frame = news.next();
    zygote_news ready;
    if (!frame || !read_news(*frame, ready)) ::_exit(3);
    ::_exit(ready.layers == sandbox::all_layers ? 0 : 4);
  }
  const int status = wait_for(child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("news that a zygote would not tell are refused") {
  zygote_news out;
  const auto told = [&out](const std::function<void(pack::writer&)>& write) {
    return read_news(news_frame(write), out);
  };
  CHECK(told([](pack::writer& to) { to.array(4).number(1).number(zygote_version).number(UINT64_MAX).number(9); }));
  CHECK(out.layers == sandbox::all_layers);
  CHECK(out.identity == 9);
  CHECK(told([](pack::writer& to) { to.array(3).number(4).number(UINT32_MAX).integer(-1); }));
  CHECK(out.number == -1);
  CHECK(told([](pack::writer& to) { to.array(1).number(5); }));
  CHECK_FALSE(told([](pack::writer& to) { to.array(4).number(1).number(zygote_version + 1).number(0).number(9); }));
  CHECK_FALSE(told([](pack::writer& to) { to.array(1).number(0); }));
  CHECK_FALSE(told([](pack::writer& to) { to.array(1).number(6); }));
  CHECK_FALSE(told([](pack::writer& to) { to.array(2).number(5).number(5); }));
  CHECK_FALSE(told([](pack::writer& to) { to.array(3).number(2).number(std::uint64_t{1} << 32).number(1); }));
  CHECK_FALSE(told([](pack::writer& to) { to.array(3).number(2).str("1").number(1); }));
  CHECK_FALSE(told([](pack::writer& to) { to.array(1).number(5).nil(); }));
  CHECK_FALSE(read_news("", out));
}
