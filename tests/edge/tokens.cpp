#include "edge/tokens.hpp"

#include "house.hpp"

using namespace enclaved;
using namespace enclaved::edge;
using enclaved::tests::house;
using enclaved::tests::temporary_file;

TEST_CASE("a tokens file says who may do what") {
  const auto rows =
      parse_tokens("# ours\n\n  alpha acme run,read\r\nbeta\tb.c:d admin security-max=strict max-sessions=5\n");
  REQUIRE(rows);
  REQUIRE(rows->size() == 2);
  const auto& first = rows->at(0).who;
  CHECK(first.tenant == "acme");
  CHECK((first.may_run && first.may_read && !first.may_admin));
  CHECK(first.security_max == security_level::permissive);
  CHECK(first.max_sessions == 0);
  const auto& second = rows->at(1).who;
  CHECK((!second.may_run && !second.may_read && second.may_admin));
  CHECK(second.security_max == security_level::strict);
  CHECK(second.max_sessions == 5);
}

TEST_CASE("a wrong line of a tokens file is named, with what would be right") {
  const std::vector<std::pair<std::string, std::string>> table{
      {"a t", "line 1: a line is TOKEN TENANT PERMISSION,…"},
      {"\n#\na t fly", "line 3: permissions are run, read and admin"},
      {"a t run, read", "line 1: what may follow the permissions is"},
      {"a t,u run\n", "line 1: a tenant is 1 to 128 characters"},
      {"a t run security-max=lax", "line 1: security-max is strict"},
      {"a t run max-sessions=0", "line 1: max-sessions is a positive number"},
      {"a t run max-sessions=1x", "line 1: max-sessions is a positive number"},
      {"a t run\na u read", "line 2: the token stands in an earlier line too"},
      {std::string(513, 'a') + " t run", "line 1: the token is longer than its bound"},
  };
  for (const auto& [text, message] : table) {
    const auto rows = parse_tokens(text);
    CAPTURE(text);
    REQUIRE_FALSE(rows);
    CHECK_THAT(rows.problem().message, Catch::StartsWith(message));
    CHECK_THAT(rows.problem().message, !Catch::Contains("aaaa")); // no token is repeated in a log
  }
}

TEST_CASE("a file that became invalid leaves the tokens that were there") {
  const temporary_file file{"alpha acme run\n"};
  token_store store{file.path()};
  REQUIRE(store.reload());
  file.write("beta acme fly\n");
  const auto again = store.reload();
  REQUIRE_FALSE(again);
  CHECK_THAT(again.problem().message, Catch::Contains("line 1: permissions are"));
  CHECK(store.find("alpha"));
  CHECK_FALSE(store.find("beta"));
  file.write("beta acme run\n");
  REQUIRE(store.reload());
  CHECK_FALSE(store.find("alpha"));
  CHECK(store.find("beta")->who.tenant == "acme");
}

TEST_CASE("a tokens file that is missing or far too large is refused") {
  CHECK_FALSE(token_store{"/nonexistent/tokens"}.reload());
  const temporary_file file{std::string(bounds::tokens_file_bytes + 1, '#')};
  CHECK_FALSE(token_store{file.path()}.reload());
}

namespace {

edge::server_options with_tokens(const temporary_file& file) {
  auto options = tests::on_free_ports();
  options.tokens_file = file.path();
  return options;
}

bool says(const tests::heard& message, std::string_view code) { return message.text.find(code) != std::string::npos; }

} // namespace

TEST_CASE("with tokens the first request must be hello with one of them") {
  const temporary_file file{"alpha acme run,read\nbeta acme read\n"};
  house house{with_tokens(file)};

  SECTION("a known token opens the connection, limited as it says") {
    auto client = house.connect();
    CHECK_FALSE(client.call(1, "hello", R"({"token":"beta"})").failed);
    CHECK_FALSE(client.call(2, "ping").failed);
    const auto refused = client.call(3, "run", R"({"code":"1"})");
    CHECK(says(refused, "FORBIDDEN"));
    CHECK(says(refused, "the permission run"));
    CHECK(says(client.call(4, "admin.drain"), "the permission admin"));
  }
  SECTION("notifications before hello are ignored") {
    auto client = house.connect();
    pack::buffer out;
    wire::append_notification(out, "nvim_set_client_info", "\x80");
    client.send(out.bytes);
    CHECK_FALSE(client.call(1, "hello", R"({"token":"alpha"})").failed);
  }
  SECTION("a wrong token, none, and another request are refused and the connection ends") {
    const std::vector<std::pair<std::string_view, std::string_view>> table{{"hello", R"({"token":"gamma"})"},
                                                                           {"hello", R"({"token":""})"},
                                                                           {"hello", "{}"},
                                                                           {"ping", "{}"},
                                                                           {"run", R"({"code":"1"})"}};
    for (const auto& [method, params] : table) {
      auto client = house.connect();
      client.send(tests::client::request_bytes(1, method, params) +
                  tests::client::request_bytes(2, "run", R"({"code":"keep"})"));
      const auto refused = client.hear();
      CHECK(refused.failed);
      CHECK(says(refused, "UNAUTHORIZED"));
      CHECK(client.hear().kind == "closed");
    }
  }
  SECTION("a message before hello may not be large") {
    auto client = house.connect();
    client.request(1, "hello", R"({"token":")" + std::string(5'000, 'x') + "\"}");
    CHECK(says(client.hear(), "PROTOCOL_ERROR"));
    CHECK(client.hear().kind == "closed");
  }
  SECTION("after hello it may, in the same packet") {
    auto client = house.connect();
    client.send(tests::client::request_bytes(1, "hello", R"({"token":"alpha"})") +
                tests::client::request_bytes(2, "run", R"({"code":"","inputs":")" + std::string(100'000, 'x') + "\"}"));
    CHECK_FALSE(client.hear().failed);
    CHECK(client.hear().text.size() == 100'002);
  }
  SECTION("another hello may repeat the token, and no other") {
    auto client = house.connect();
    client.call(1, "hello", R"({"token":"alpha"})");
    CHECK_FALSE(client.call(2, "hello", R"({"token":"alpha"})").failed);
    CHECK(says(client.call(3, "hello", R"({"token":"beta"})"), "UNAUTHORIZED"));
    CHECK_FALSE(client.call(4, "run", R"({"code":"1"})").failed);
  }
}

TEST_CASE("who does not say hello in time is disconnected") {
  const temporary_file file{"alpha acme run\n"};
  auto options = with_tokens(file);
  options.bounds.greeting_ms = 50;
  house house{options};
  auto silent = house.connect();
  auto slow = house.connect();
  const auto hello = tests::client::request_bytes(1, "hello", R"({"token":"alpha"})");
  slow.send(hello.substr(0, hello.size() / 2));
  for (auto* client : {&silent, &slow}) {
    CHECK(says(client->hear(), "UNAUTHORIZED"));
    CHECK(client->hear().kind == "closed");
  }
}

TEST_CASE("hello shows the limits that the token allows") {
  const temporary_file file{"alpha acme run security-max=strict\nbeta acme run\n"};
  house house{with_tokens(file)};
  auto strict = house.connect();
  auto all = house.connect();
  CHECK(says(strict.call(1, "hello", R"({"token":"alpha"})"), R"("security":"strict")"));
  CHECK(says(all.call(1, "hello", R"({"token":"beta"})"), R"("security":"permissive")"));
}

TEST_CASE("a removed token ends its connections and no others") {
  const temporary_file file{"alpha acme run\nbeta acme run\n"};
  house house{with_tokens(file)};
  auto alpha = house.connect();
  auto beta = house.connect();
  alpha.call(1, "hello", R"({"token":"alpha"})");
  beta.call(1, "hello", R"({"token":"beta"})");
  file.write("beta acme run\n");
  REQUIRE(house.server.reload());
  CHECK(says(alpha.hear(), "UNAUTHORIZED"));
  CHECK(alpha.hear().kind == "closed");
  CHECK_FALSE(beta.call(2, "ping").failed);
}

TEST_CASE("a tenant has a bound of its own, and others still come in") {
  const temporary_file file{"alpha acme run\nbeta bmce run\n"};
  auto options = with_tokens(file);
  options.bounds.connections_per_tenant = 1;
  house house{options};
  auto first = house.connect();
  CHECK_FALSE(first.call(1, "hello", R"({"token":"alpha"})").failed);
  auto second = house.connect();
  CHECK(says(second.call(1, "hello", R"({"token":"alpha"})"), "OVERLOADED"));
  CHECK(second.hear().kind == "closed");
  auto other = house.connect();
  CHECK_FALSE(other.call(1, "hello", R"({"token":"beta"})").failed);
}

TEST_CASE("a server with an invalid tokens file does not start") {
  const temporary_file file{"alpha acme fly\n"};
  edge::io_threads threads{1};
  tests::fake_service service;
  edge::server server{threads, with_tokens(file), service};
  CHECK_FALSE(server.start());
}
