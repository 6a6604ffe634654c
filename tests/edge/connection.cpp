#include "house.hpp"

#include <set>
#include <sys/resource.h>
#include <thread>

using namespace enclaved;
using namespace enclaved::tests;

namespace {

constexpr std::string_view keep = R"({"code":"keep"})";

bool is_error(const heard& message, std::string_view code) {
  return message.text.find("\"code\":\"" + std::string{code} + "\"") != std::string::npos;
}

/// The last words before a close, then the close.
bool ends_with(client& client, std::string_view code) {
  const auto words = client.hear();
  if (words.kind != "notification" || words.method != "error" || !is_error(words, code)) return false;
  return client.hear().kind == "closed";
}

/// Waits, busily but bounded, for what has no event to wait for.
template <class Condition>
bool eventually(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (!condition() && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  return condition();
}

} // namespace

TEST_CASE("hello and ping are answered by the edge") {
  house house;
  auto client = house.connect();
  const auto hello = client.call(1, "hello");
  CHECK(hello.kind == "response");
  CHECK_THAT(hello.text,
             Catch::StartsWith(
                 R"({"server":"enclaved","version":"1.2.3","protocol":1,"node":"n1","role":"standalone","limits":{)"));
  CHECK_THAT(client.call(2, "ping").text, Catch::StartsWith(R"({"time":)"));
}

TEST_CASE("requests are pipelined and each is answered once") {
  house house;
  auto client = house.connect();
  std::string bytes;
  for (std::uint32_t i = 0; i < 5'000; ++i)
    bytes += client::request_bytes(i, "run", R"({"code":"","inputs":)" + std::to_string(i) + "}");
  std::thread sender{[&] { client.send(bytes); }};
  std::set<std::uint32_t> answered;
  for (int i = 0; i < 5'000; ++i) {
    const auto response = client.hear();
    CHECK_FALSE(response.failed);
    CHECK(response.text == std::to_string(response.msgid));
    answered.insert(response.msgid);
  }
  sender.join();
  CHECK(answered.size() == 5'000);
}

TEST_CASE("responses come in any order and a second response to a request is dropped") {
  house house;
  auto client = house.connect();
  client.request(1, "run", keep);
  client.request(2, "run", keep);
  const auto first = house.service.wait_for_kept(0);
  const auto second = house.service.wait_for_kept(1);
  second.from->respond(2, "\x02");
  first.from->respond(2, "\x03");
  first.from->refuse(2, {});
  first.from->respond(77, "\x03");
  first.from->respond(1, "\x01");
  CHECK(client.hear().text == "2");
  CHECK(client.hear().text == "1");
}

TEST_CASE("a msgid that is in flight is refused to a second request, and free again after the answer") {
  house house;
  auto client = house.connect();
  client.request(1, "run", keep);
  const auto kept = house.service.wait_for_kept();
  CHECK(is_error(client.call(1, "ping"), "INVALID_REQUEST"));
  kept.from->respond(1, "\x05");
  CHECK(client.hear().text == "5");
  CHECK_FALSE(client.call(1, "ping").failed);
}

TEST_CASE("one request more than may be in flight is overloaded, and the connection stays") {
  auto options = on_free_ports();
  options.bounds.requests_in_flight = 2;
  house house{options};
  auto client = house.connect();
  client.request(1, "run", keep);
  client.request(2, "run", keep);
  const auto kept = house.service.wait_for_kept(1);
  const auto refused = client.call(3, "ping");
  CHECK(is_error(refused, "OVERLOADED"));
  CHECK_THAT(refused.text, Catch::Contains("retry_after_ms"));
  kept.from->respond(1, "\xc0");
  CHECK(client.hear().msgid == 1);
  CHECK_FALSE(client.call(3, "ping").failed);
}

TEST_CASE("an unknown notification is ignored and an unknown request is refused") {
  house house;
  auto client = house.connect();
  pack::buffer out;
  wire::append_notification(out, "nvim_set_client_info", "\x80");
  client.send(out.bytes);
  CHECK(is_error(client.call(1, "nvim_get_api_info"), "UNKNOWN_METHOD"));
  CHECK(is_error(client.call(2, "run", R"({"cod":1})"), "INVALID_REQUEST"));
  CHECK_FALSE(client.call(3, "ping").failed);
}

TEST_CASE("bytes that are no messages end their connection with a reason, and no other") {
  house house;
  auto neighbour = house.connect();
  const std::vector<std::string> attacks{
      "\xc1",
      "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
      std::string{"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11}, // a TLS greeting
      std::string{"\x94\x00\x01\xdb\xff\xff\xff\xff", 8},              // a method of 4 GiB
      std::string{"\xdd\xff\xff\xff\xff", 5},
      std::string(10'000, '\x91'),
      std::string(10'000, '\xff'),
  };
  for (const auto& bytes : attacks) {
    auto attacker = house.connect();
    attacker.send(bytes);
    CHECK(ends_with(attacker, "PROTOCOL_ERROR"));
  }
  CHECK_FALSE(neighbour.call(1, "ping").failed);
  CHECK(house.service.wait_for_gone(attacks.size()).size() == attacks.size());
}

TEST_CASE("requests before a broken frame are answered, those after it are not") {
  house house;
  auto client = house.connect();
  client.send(client::request_bytes(1, "ping", "{}") + "\xc1" + client::request_bytes(2, "ping", "{}"));
  CHECK(client.hear().msgid == 1);
  CHECK(ends_with(client, "PROTOCOL_ERROR"));
}

TEST_CASE("a message that is never finished ends its connection") {
  auto options = on_free_ports();
  options.bounds.message_ms = 50;
  house house{options};
  auto client = house.connect();
  CHECK_FALSE(client.call(1, "ping").failed);
  const auto half = client::request_bytes(2, "ping", "{}");
  client.send(half.substr(0, half.size() / 2));
  CHECK(ends_with(client, "PROTOCOL_ERROR"));
}

TEST_CASE("a reset in the middle of a message makes the peer gone, once") {
  house house;
  auto client = house.connect();
  client.request(1, "run", keep);
  const auto kept = house.service.wait_for_kept();
  client.send("\x94\x00");
  const linger hard{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(client.descriptor(), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  client.close();
  CHECK(house.service.wait_for_gone(1) == std::vector<const wire::peer*>{kept.from.get()});
  kept.from->respond(1, "\xc0"); // nobody is there; it is dropped
  kept.from->notify("event", "\x80");
  kept.from->call_tool("s", "c", "\x80");
  CHECK(eventually([&] { return house.server.connections() == 0; }));
  CHECK(house.service.wait_for_gone(1).size() == 1);
}

TEST_CASE("a client that ends its output still gets what was answered before") {
  house house;
  auto client = house.connect();
  client.request(1, "ping");
  client.end_output();
  CHECK(client.hear().msgid == 1);
  CHECK(client.hear().kind == "closed");
  house.service.wait_for_gone(1);
}

TEST_CASE("a client that never reads is disconnected past the output bound, and others are served") {
  auto options = on_free_ports();
  options.bounds.output_bytes = 1 * bounds::mib;
  house house{options};
  auto lazy = house.connect(4'096);
  lazy.request(1, "run", keep);
  const auto kept = house.service.wait_for_kept();
  const std::string event = "\xda\xff\xff" + std::string(65'535, 'x');
  for (int i = 0; i < 400; ++i) kept.from->notify("event", event);
  CHECK(house.service.wait_for_gone(1) == std::vector<const wire::peer*>{kept.from.get()});
  CHECK(eventually([&] { return house.server.connections() == 0; }));
  auto other = house.connect();
  CHECK_FALSE(other.call(1, "ping").failed);
}

TEST_CASE("a client that reads late still learns why it was disconnected") {
  auto options = on_free_ports();
  options.bounds.output_bytes = 1 * bounds::mib;
  options.bounds.linger_ms = 10'000;
  house house{options};
  auto late = house.connect(4'096);
  late.request(1, "run", keep);
  const auto kept = house.service.wait_for_kept();
  const std::string event = "\xda\xff\xff" + std::string(65'535, 'x');
  for (int i = 0; i < 400; ++i) kept.from->notify("event", event);
  house.service.wait_for_gone(1);
  auto message = late.hear();
  while (message.method == "event") message = late.hear();
  CHECK(is_error(message, "SLOW_CONSUMER"));
  CHECK(late.hear().kind == "closed");
}

TEST_CASE("more connections than the bound are turned away with a reason") {
  auto options = on_free_ports();
  options.bounds.connections = 2;
  house house{options};
  auto first = house.connect();
  auto second = house.connect();
  CHECK_FALSE(first.call(1, "ping").failed);
  CHECK_FALSE(second.call(1, "ping").failed);
  auto third = house.connect();
  CHECK(ends_with(third, "OVERLOADED"));
  first.close();
  CHECK(eventually([&] { return house.server.connections() == 1; }));
  auto fourth = house.connect();
  CHECK_FALSE(fourth.call(1, "ping").failed);
}

TEST_CASE("without descriptors accepting pauses, and goes on when there are some again") {
  house house;
  auto present = house.connect();
  CHECK_FALSE(present.call(1, "ping").failed);
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const rlimit none{.rlim_cur = 0, .rlim_max = before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &none);
  client waiting{descriptor, house.server.port(), 0};
  waiting.request(1, "ping");
  CHECK_FALSE(present.call(2, "ping").failed); // who is there is served
  CHECK(house.server.connections() == 1);
  ::setrlimit(RLIMIT_NOFILE, &before);
  CHECK_FALSE(waiting.hear().failed);
}

TEST_CASE("two thousand connections come and go, and nothing of them stays") {
  house house;
  for (int round = 0; round < 4; ++round) {
    std::vector<client> clients;
    for (int i = 0; i < 500; ++i) clients.push_back(house.connect());
    CHECK_FALSE(clients.back().call(1, "ping").failed);
  }
  CHECK(eventually([&] { return house.server.connections() == 0; }));
}

TEST_CASE("stopping sends what waits and then closes") {
  house house;
  auto client = house.connect();
  client.request(1, "run", keep);
  const auto kept = house.service.wait_for_kept();
  kept.from->respond(1, "\x07");
  std::thread stopper{[&] { house.server.stop(); }};
  CHECK(client.hear().text == "7");
  CHECK(client.hear().kind == "closed");
  client.close();
  stopper.join();
  CHECK(house.server.connections() == 0);
}

TEST_CASE("stopping does not wait for a client that never reads") {
  house house;
  auto lazy = house.connect(4'096);
  lazy.request(1, "run", keep);
  const auto kept = house.service.wait_for_kept();
  for (int i = 0; i < 200; ++i) kept.from->notify("event", "\xda\xff\xff" + std::string(65'535, 'x'));
  house.server.stop();
  CHECK(house.server.connections() == 0);
  CHECK(house.service.wait_for_gone(1).size() == 1);
}

TEST_CASE("refusing clients keeps those that are there") {
  house house;
  auto client = house.connect();
  CHECK_FALSE(client.call(1, "ping").failed);
  house.server.refuse_clients();
  CHECK(eventually([&] {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(house.server.port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool refused = ::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0;
    ::close(descriptor);
    return refused;
  }));
  CHECK_FALSE(client.call(2, "ping").failed);
}
