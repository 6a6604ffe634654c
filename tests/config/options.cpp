#include "config/options.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

using namespace enclaved;
using namespace enclaved::config;

TEST_CASE("every option says what it means, what it takes and where it belongs") {
  for (const auto* spec : server_option_specs()) {
    INFO(spec->name);
    CHECK_FALSE(spec->help.empty());
    CHECK_FALSE(spec->help.ends_with('.'));
    CHECK_FALSE(spec->section.empty());
    CHECK_FALSE(range_text(*spec).empty());
    CHECK(spec->roles != 0);
    CHECK((spec->kind == value_kind::flag) == spec->value_name.empty());
    if (spec->kind == value_kind::number || spec->kind == value_kind::number_or_auto) CHECK(spec->least < spec->most);
    if (spec->kind == value_kind::choice) CHECK(spec->choices.size() > 1);
  }
}

TEST_CASE("every default is a value that its option takes") {
  for (const auto* spec : server_option_specs()) {
    if (spec->fallback.empty()) continue;
    INFO(spec->name);
    CHECK(check_value(*spec, spec->fallback).violation.empty());
  }
}

TEST_CASE("an option's name is unique, and so is every variable that sets it") {
  std::set<std::string> seen;
  for (const auto* spec : server_option_specs()) {
    INFO(spec->name);
    CHECK(seen.insert(spec->name).second);
    CHECK(seen.insert(variable_name(spec->name)).second);
    if (!spec->variable.empty()) CHECK(seen.insert(std::string(spec->variable)).second);
  }
}

TEST_CASE("an option that counts in a unit ends with it") {
  for (const auto* spec : server_option_specs()) {
    INFO(spec->name);
    const bool speaks_of_time =
        spec->name.find("timeout") != std::string::npos || spec->name.find("interval") != std::string::npos;
    if (speaks_of_time) CHECK(spec->name.ends_with("-ms"));
  }
}

TEST_CASE("every limit of a run is an option, and so is every option of the command line's contract") {
  const auto specs = server_option_specs();
  const auto has = [&specs](std::string_view name) {
    return std::any_of(specs.begin(), specs.end(), [name](const auto* spec) { return spec->name == name; });
  };
  for (const auto& limit : limit_rows()) {
    std::string name(limit.name);
    std::replace(name.begin(), name.end(), '_', '-');
    INFO(name);
    CHECK(has(name));
  }
  for (const auto* name : {"role",
                           "config",
                           "print-config",
                           "help",
                           "version",
                           "listen",
                           "http-listen",
                           "data-dir",
                           "store",
                           "tokens-file",
                           "tls-cert",
                           "tls-key",
                           "tls-client-ca",
                           "workers",
                           "workers-min",
                           "workload",
                           "pool-preset",
                           "max-sessions",
                           "session-timeout-ms",
                           "security",
                           "security-max",
                           "sandbox",
                           "cluster-listen",
                           "join-token-file",
                           "broker",
                           "broker-token-file",
                           "label",
                           "heartbeat-interval-ms",
                           "route",
                           "routing",
                           "log-level",
                           "log-format"}) {
    INFO(name);
    CHECK(has(name));
  }
}

TEST_CASE("a number must be whole and within its range") {
  option_spec spec;
  spec.kind = value_kind::number;
  spec.least = 2;
  spec.most = 10;
  CHECK(check_value(spec, "2").value.number == 2);
  for (const auto* text : {"", "1", "11", "-2", "+3", " 3", "3 ", "3.0", "0x3", "three", "99999999999999999999999"}) {
    INFO(text);
    CHECK(check_value(spec, text).violation.find("2 to 10") != std::string::npos);
  }
}

TEST_CASE("a choice is taken in any case and a slip gets a suggestion") {
  option_spec spec;
  spec.kind = value_kind::choice;
  spec.choices = {"strict", "secure", "standard", "permissive"};
  CHECK(check_value(spec, "STRICT").value.choice == 0);
  CHECK(check_value(spec, "standrad").violation.find("did you mean standard?") != std::string::npos);
  CHECK(check_value(spec, "purple").violation.find("did you mean") == std::string::npos);
}

TEST_CASE("a violation shows a stranger's text escaped and a secret not at all") {
  option_spec spec;
  spec.kind = value_kind::number;
  spec.most = 1;
  CHECK(check_value(spec, "\x1b[2J").violation.find('\x1b') == std::string::npos);
  spec.sensitivity = sensitivity::secret;
  CHECK(check_value(spec, "hunter2").violation.find("hunter2") == std::string::npos);
}

TEST_CASE("a secret is never shown, and of a URL only its password is left out") {
  option_spec spec;
  CHECK(shown(spec, "text") == "text");
  spec.sensitivity = sensitivity::secret;
  CHECK(shown(spec, "hunter2") == "(hidden)");
  CHECK(shown(spec, "").empty());
  spec.sensitivity = sensitivity::password_in_url;
  CHECK(shown(spec, "redis://me:hunter2@host:6379/1") == "redis://(hidden)@host:6379/1");
  CHECK(shown(spec, "rocksdb") == "rocksdb");
}

TEST_CASE("the nearest name is suggested only when it is near") {
  CHECK(nearest("wrokers", {"workers", "listen"}) == "workers");
  CHECK(nearest("session-timeout", {"session-timeout-ms", "queue-timeout-ms"}) == "session-timeout-ms");
  CHECK(nearest("x", {"workers", "listen", "ab"}).empty());
  CHECK(nearest(std::string(1'000, 'a'), {"workers"}).empty());
}
