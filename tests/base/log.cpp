#include "base/log.hpp"

#include "base/bounds.hpp"
#include "base/escape.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <fcntl.h>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace enclaved;

namespace {

/// A log whose lines are read back from a pipe.
class read_back {
public:
  explicit read_back(log::format format, log::level least = log::level::debug, log::pace pace = log::pace::at_once) {
    if (::pipe2(ends_.data(), O_CLOEXEC) != 0) std::abort();
    log::start({.least = least, .format = format, .pace = pace, .descriptor = ends_[1]});
  }
  ~read_back() {
    log::stop();
    ::close(ends_[0]);
    if (ends_[1] >= 0) ::close(ends_[1]);
  }

  /// Ends the log and answers all it wrote.
  std::string text() {
    log::stop();
    ::close(std::exchange(ends_[1], -1));
    std::string out;
    std::array<char, 4'096> some;
    for (ssize_t got = 0; (got = ::read(ends_[0], some.data(), some.size())) > 0;)
      out.append(some.data(), static_cast<std::size_t>(got));
    return out;
  }

private:
  std::array<int, 2> ends_{};
};

/// A line without its time.
std::string without_time(const std::string& line) { return line.substr(line.find(' ') + 1); }

std::size_t lines(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

} // namespace

TEST_CASE("a text line has time, level, message and fields") {
  read_back log(log::format::text);
  log::info("worker ended", {{"worker", 3}, {"reason", "idle"}, {"load", 0.5}, {"clean", true}, {"path", "a b"}});
  CHECK(without_time(log.text()) == "info  worker ended worker=3 reason=idle load=0.5 clean=true path=\"a b\"\n");
}

TEST_CASE("a JSON line is one object with typed fields") {
  read_back log(log::format::json);
  log::error("worker ended", {{"worker", 3U}, {"delta", -4L}, {"reason", std::string("say \"no\"")}, {"ok", false}});
  const auto text = log.text();
  CHECK(text.starts_with("{\"time\":\"20"));
  CHECK(text.ends_with(",\"level\":\"error\",\"message\":\"worker ended\",\"worker\":3,\"delta\":-4,\"reason\":\"say "
                       "\\\"no\\\"\",\"ok\":false}\n"));
}

TEST_CASE("no text of a stranger can forge a line or reach the terminal") {
  const std::string evil = "a\nb\r\x1b[31m\x9b\xc2\x9b\xe2\x80\xae"
                           "c\xff\" =";
  for (const auto format : {log::format::text, log::format::json}) {
    read_back log(format);
    log::warn(evil, {{"value", evil}, {evil, 1}});
    const auto text = log.text();
    CHECK(lines(text) == 1);
    for (const char bad : {'\r', '\x1b', '\xff', '\x9b'}) CHECK(text.find(bad) == std::string::npos);
    CHECK(text.find("\xe2\x80\xae") == std::string::npos);
  }
}

TEST_CASE("a line below the level is not written, and the level can change") {
  read_back log(log::format::text, log::level::warn);
  CHECK_FALSE(log::enabled(log::level::info));
  log::info("unseen");
  log::set_level(log::level::debug);
  log::debug("seen");
  CHECK(without_time(log.text()) == "debug seen\n");
}

TEST_CASE("a line is bounded, whole JSON, and says what it left out") {
  read_back log(log::format::json);
  const std::string large(100'000, 'x');
  log::info(large, {{"a", large}, {"b", large}, {"c", large}, {"d", large}});
  const auto text = log.text();
  CHECK(text.size() <= 4'096);
  CHECK(text.ends_with(",\"truncated\":true}\n"));
}

TEST_CASE("lines written in the background all arrive, in order") {
  read_back log(log::format::text, log::level::debug, log::pace::background);
  for (int i = 0; i < 200; ++i) log::info("line", {{"number", i}});
  const auto text = log.text();
  CHECK(lines(text) == 200);
  CHECK(text.find("number=0\n") < text.find("number=199\n"));
}

TEST_CASE("a reader that does not read stops nobody, and what was dropped is counted") {
  read_back log(log::format::text, log::level::debug, log::pace::background);
  const std::string large(1'000, 'x');
  constexpr std::size_t many = 4 * bounds::log_queue_lines;
  for (std::size_t i = 0; i < many; ++i) log::info(large); // the pipe holds 64 KiB
  CHECK(log::dropped() > 0);
  const auto text = log.text();
  CHECK(lines(text) > 0);
  CHECK(lines(text) < many);
}

TEST_CASE("lines before the start and after the end go nowhere") {
  log::error("nobody listens");
  { read_back log(log::format::text); }
  log::error("nobody listens any more");
  CHECK(log::dropped() == 0);
}

TEST_CASE("threads may write while the log ends") {
  std::vector<std::thread> writers;
  {
    read_back log(log::format::text, log::level::debug, log::pace::background);
    for (int i = 0; i < 4; ++i)
      writers.emplace_back([] {
        for (int n = 0; n < 500; ++n) log::info("line", {{"n", n}});
      });
    log.text();
  }
  for (auto& one : writers) one.join();
}

TEST_CASE("a level is known by its name") {
  for (const auto level : {log::level::debug, log::level::info, log::level::warn, log::level::error, log::level::off})
    CHECK(log::level_named(log::name(level)) == level);
  CHECK_FALSE(log::level_named("loud"));
}

TEST_CASE("escaped text is printable ASCII or harmless UTF-8, and its JSON form decodes to the same") {
  CHECK(escaped("plain größe 😀") == "plain größe 😀");
  CHECK(escaped("\n\r\t\\") == "\\n\\r\\t\\\\");
  CHECK(escaped(std::string_view("\0\x7f", 2)) == "\\x00\\x7f");
  CHECK(escaped("\xc2\x85") == "\\x85");
  CHECK(escaped("\xe2\x80\xa8") == "\\u2028");
  CHECK(escaped("\xc3") == "\\xc3");
  CHECK(escaped("abcdef", 3) == "abc…");
  std::string json;
  append_json_escaped(json, "\"\n\x01\xf3\xa0\x80\x81\xff");
  CHECK(json == "\\\"\\n\\u0001\\udb40\\udc01\\ufffd");
}
