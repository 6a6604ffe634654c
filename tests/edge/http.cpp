#include "house.hpp"

using namespace enclaved;
using namespace enclaved::tests;

namespace {

/// Sends `bytes` and gives all that comes until the server closes.
std::string talk(const house& house, std::string_view bytes) {
  client client{house.server.http_port()};
  client.send(bytes);
  std::string all;
  char part[4096];
  for (;;) {
    const auto got = ::recv(client.descriptor(), part, sizeof part, 0);
    if (got <= 0) return all;
    all.append(part, static_cast<std::size_t>(got));
  }
}

std::string request(std::string_view method, std::string_view target, std::string_view header = {}) {
  return std::string{method}
      .append(" ")
      .append(target)
      .append(" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n")
      .append(header)
      .append("\r\n");
}

std::string get(const house& house, std::string_view target, std::string_view header = {}) {
  return talk(house, request("GET", target, header));
}

using Catch::Contains;
using Catch::EndsWith;
using Catch::StartsWith;

} // namespace

TEST_CASE("probes say whether the process is alive and ready, and why not") {
  house house;
  CHECK_THAT(get(house, "/health"), StartsWith("HTTP/1.1 200") && EndsWith(R"({"alive":true})"));
  CHECK_THAT(get(house, "/ready?verbose=1"), StartsWith("HTTP/1.1 200") && EndsWith(R"({"ready":true})"));
  house.service.set_health({.ready = false, .reason = "draining"});
  CHECK_THAT(get(house, "/health"), StartsWith("HTTP/1.1 200"));
  CHECK_THAT(get(house, "/ready"), StartsWith("HTTP/1.1 503") && EndsWith(R"({"ready":false,"reason":"draining"})"));
  house.service.set_health({.alive = false, .reason = "stuck"});
  CHECK_THAT(get(house, "/health"), StartsWith("HTTP/1.1 503") && EndsWith(R"({"alive":false,"reason":"stuck"})"));
}

TEST_CASE("status is the service's answer as JSON") {
  house house;
  CHECK_THAT(get(house, "/status"), StartsWith("HTTP/1.1 200") && Contains("Content-Type: application/json") &&
                                        EndsWith("{\n  \"node\": \"n\"\n}\n"));
  CHECK(house.service.wait_for_gone(1).size() == 1); // the peer that asked does not linger
}

TEST_CASE("status that the service does not answer ends with the request's time") {
  auto options = on_free_ports();
  options.bounds.http_request_ms = 50;
  house house;
  CHECK(house.server.http_port() != 0);
  edge::io_threads threads{1};
  fake_service silent;
  silent.keep_status = true;
  edge::server server{threads, options, silent};
  REQUIRE(server.start());
  client client{server.http_port()};
  client.send(request("GET", "/status"));
  char byte = 0;
  CHECK(::recv(client.descriptor(), &byte, 1, 0) == 0);
  silent.wait_for_gone(1);
}

TEST_CASE("other methods and paths are refused") {
  house house;
  CHECK_THAT(talk(house, request("POST", "/health")), StartsWith("HTTP/1.1 405") && Contains("Allow: GET, HEAD"));
  CHECK_THAT(talk(house, request("DELETE", "/status")), StartsWith("HTTP/1.1 405"));
  CHECK_THAT(get(house, "/"), StartsWith("HTTP/1.1 404"));
  CHECK_THAT(get(house, "/healthz"), StartsWith("HTTP/1.1 404"));
  const auto head = talk(house, request("HEAD", "/health"));
  CHECK_THAT(head, StartsWith("HTTP/1.1 200") && Contains("Content-Length: 14") && EndsWith("\r\n\r\n"));
}

TEST_CASE("several requests go over one connection") {
  house house;
  const std::string kept = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n";
  const auto all = talk(house, kept + kept + request("GET", "/ready"));
  CHECK_THAT(all, EndsWith(R"({"ready":true})"));
  CHECK(all.find("{\"alive\":true}") != all.rfind("{\"alive\":true}"));
}

TEST_CASE("what is not HTTP, too large or too slow ends its connection") {
  auto options = on_free_ports();
  options.bounds.http_request_ms = 100;
  house house{options};
  CHECK_THAT(talk(house, "\x94\xff\x01 nonsense\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  CHECK_THAT(talk(house, request("GET", "/health", "X: " + std::string(100'000, 'x') + "\r\n")),
             StartsWith("HTTP/1.1 413") || Catch::Equals(""));
  CHECK(talk(house, "GET /health HTT").empty());
  CHECK_THAT(get(house, "/health"), StartsWith("HTTP/1.1 200"));
}

TEST_CASE("with tokens status wants one that may read, probes want none") {
  const temporary_file file{"alpha acme read\nbeta acme run\n"};
  auto options = on_free_ports();
  options.tokens_file = file.path();
  house house{options};
  CHECK_THAT(get(house, "/health"), StartsWith("HTTP/1.1 200"));
  CHECK_THAT(get(house, "/ready"), StartsWith("HTTP/1.1 200"));
  CHECK_THAT(get(house, "/status"), StartsWith("HTTP/1.1 401") && Contains("WWW-Authenticate: Bearer"));
  CHECK_THAT(get(house, "/status", "Authorization: Bearer gamma\r\n"), StartsWith("HTTP/1.1 401"));
  CHECK_THAT(get(house, "/status", "Authorization: Bearer beta\r\n"), StartsWith("HTTP/1.1 403"));
  CHECK_THAT(get(house, "/status", "Authorization: Bearer alpha\r\n"), StartsWith("HTTP/1.1 200"));
}
