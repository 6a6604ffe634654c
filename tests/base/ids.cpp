#include "base/ids.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <regex>
#include <set>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace enclaved;

TEST_CASE("a session's id is s_ and a UUID of version 4") {
  const std::regex form("s_[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  for (int i = 0; i < 100; ++i) CHECK(std::regex_match(new_session_id(), form));
}

TEST_CASE("an execution's id is e_ and 26 characters of base32") {
  const std::regex form("e_[0-9a-hjkmnp-tv-z]{26}");
  for (int i = 0; i < 100; ++i) CHECK(std::regex_match(new_execution_id(), form));
}

TEST_CASE("ids are names that a client may use") {
  CHECK(is_name(new_session_id()));
  CHECK(is_name(new_execution_id()));
}

TEST_CASE("no id comes twice, in whatever thread") {
  std::vector<std::vector<std::string>> made(4);
  std::vector<std::thread> threads;
  for (auto& some : made)
    threads.emplace_back([&some] {
      for (int i = 0; i < 5'000; ++i) some.push_back(i % 2 == 0 ? new_session_id() : new_execution_id());
    });
  for (auto& one : threads) one.join();
  std::set<std::string> all;
  for (const auto& some : made) all.insert(some.begin(), some.end());
  CHECK(all.size() == 20'000);
}

TEST_CASE("a forked process makes ids of its own") {
  new_session_id(); // a block of random bytes is there now
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto id = new_session_id();
    ::_exit(::write(ends[1], id.data(), id.size()) == static_cast<ssize_t>(id.size()) ? 0 : 1);
  }
  const auto ours = new_session_id();
  std::string theirs(ours.size(), '\0');
  CHECK(::read(ends[0], theirs.data(), theirs.size()) == static_cast<ssize_t>(theirs.size()));
  ::waitpid(child, nullptr, 0);
  ::close(ends[0]);
  ::close(ends[1]);
  CHECK(ours != theirs);
}

TEST_CASE("random bytes fill any length") {
  for (const std::size_t size : {0U, 1U, 1'023U, 1'024U, 1'025U, 100'000U}) {
    std::vector<std::uint8_t> bytes(size);
    random_bytes(bytes);
    if (size > 1'000) CHECK(std::set<std::uint8_t>(bytes.begin(), bytes.end()).size() > 200);
  }
  CHECK(random_number() != random_number());
}

TEST_CASE("a name is 1 to 128 of letters, digits and _ . : -") {
  CHECK(is_name("a"));
  CHECK(is_name("Panel_1:a.b-c"));
  CHECK(is_name(std::string(128, 'x')));
  for (const auto& bad : {std::string(), std::string(129, 'x'), std::string("a b"), std::string("a/b"),
                          std::string("ä"), std::string("a\0b", 3), std::string("a\n")})
    CHECK_FALSE(is_name(bad));
}
