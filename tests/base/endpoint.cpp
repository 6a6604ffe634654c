#include "base/endpoint.hpp"

#include <catch2/catch.hpp>

using namespace enclaved;

TEST_CASE("an endpoint is a host and a port, and comes back as it was written") {
  for (const auto* text : {"127.0.0.1:3002", "localhost:0", "[::1]:65535", "my-host.example:80", "[fe80::1%eth0]:1"}) {
    INFO(text);
    const auto parsed = parse_endpoint(text);
    REQUIRE(parsed);
    CHECK(parsed->text() == text);
  }
  CHECK(parse_endpoint("[::1]:2")->host == "::1");
}

TEST_CASE("an empty text is the endpoint that is off") {
  REQUIRE(parse_endpoint(""));
  CHECK(parse_endpoint("")->off());
  CHECK(endpoint{}.text().empty());
}

TEST_CASE("what is no host and port is refused") {
  for (const auto* text : {"3002", ":3002", "host:", "host:port", "host:65536", "host:-1", "::1:3002", "ho st:1",
                           "host:1 ", "[]:1", "[x:1", "http://host:1", "a/b:1"}) {
    INFO(text);
    CHECK_FALSE(parse_endpoint(text));
  }
  CHECK_FALSE(parse_endpoint(std::string(254, 'x') + ":1"));
}

TEST_CASE("what only this machine can reach is known") {
  CHECK(endpoint{"127.0.0.1", 1}.is_loopback());
  CHECK(endpoint{"::1", 1}.is_loopback());
  CHECK(endpoint{"localhost", 1}.is_loopback());
  CHECK_FALSE(endpoint{"0.0.0.0", 1}.is_loopback());
  CHECK_FALSE(endpoint{"::", 1}.is_loopback());
}
