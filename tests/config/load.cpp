#include "config/load.hpp"

#include "config/options.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdio>
#include <fstream>
#include <unistd.h>

using namespace enclaved;
using namespace enclaved::config;

namespace {

loaded load_with(std::vector<std::string> arguments, environment variables = {}, std::size_t cores = 4) {
  return load({std::move(arguments), std::move(variables), cores});
}

const effective_value& value_of(const loaded& from, std::string_view name) {
  return *std::find_if(from.values.begin(), from.values.end(), [name](const auto& v) { return v.spec->name == name; });
}

bool tells(const loaded& from, std::string_view part) {
  return std::any_of(from.wrong.begin(), from.wrong.end(),
                     [part](const auto& one) { return one.find(part) != std::string::npos; });
}

/// A configuration file that is gone with the test.
class config_file {
public:
  explicit config_file(const std::string& text) {
    const int descriptor = ::mkstemp(path_.data());
    ::close(descriptor);
    std::ofstream(path_) << text;
  }
  ~config_file() { std::remove(path_.c_str()); }
  std::string option() const { return "--config=" + path_; }
  const std::string& path() const { return path_; }

private:
  std::string path_ = "/tmp/enclaved-config-XXXXXX";
};

} // namespace

TEST_CASE("without a word every setting has its default") {
  const auto from = load_with({});
  CHECK(from.wrong.empty());
  CHECK(from.wanted == request::serve);
  CHECK(from.settings.listen == endpoint{"127.0.0.1", 3002});
  CHECK(from.settings.http_listen == endpoint{"127.0.0.1", 3001});
  CHECK(from.settings.max_sessions == bounds::sessions);
  CHECK(from.settings.session_timeout_ms == bounds::session_timeout_ms);
  CHECK(from.settings.security == security_level::standard);
  CHECK(from.settings.security_max == security_level::permissive);
  CHECK(from.settings.pool.queue_length == bounds::queue_length);
  CHECK(from.settings.connections.max_message_bytes == bounds::message_bytes);
  CHECK(from.settings.shutdown_timeout_ms == bounds::drain_ms);
  CHECK(from.settings.log_level == log::level::info);
  CHECK(from.values.size() == server_options().size());
  CHECK(from.settings.warnings.empty());
}

TEST_CASE(
    "the command line wins over the environment, that over the file, that over the preset, that over the default") {
  const config_file file("queue-length = 1\nqueue-timeout-ms = 11\nexecutions-per-worker = 111\n");
  const auto from = load_with({"--pool-preset=strict", "--queue-length=3", file.option()},
                              {{"ENCLAVED_QUEUE_LENGTH", "2"}, {"ENCLAVED_QUEUE_TIMEOUT_MS", "22"}});
  REQUIRE(from.wrong.empty());
  CHECK(from.settings.pool.queue_length == 3);
  CHECK(from.settings.pool.queue_timeout_ms == 22);
  CHECK(from.settings.pool.executions_per_worker == 111);
  CHECK(from.settings.pool.workers_max == 4);
  CHECK(from.settings.max_sessions == bounds::sessions);
  CHECK(value_of(from, "queue-length").from == source::command_line);
  CHECK(value_of(from, "queue-timeout-ms").from == source::environment);
  CHECK(value_of(from, "queue-timeout-ms").where == "ENCLAVED_QUEUE_TIMEOUT_MS");
  CHECK(value_of(from, "executions-per-worker").from == source::file);
  CHECK(value_of(from, "executions-per-worker").where == file.path() + ":3");
  CHECK(value_of(from, "workers").from == source::preset);
  CHECK(value_of(from, "max-sessions").from == source::built_in);
}

TEST_CASE("everything that is wrong is told at once") {
  const config_file file("workers = many\nlisten\nqueue-lenght = 5\nhelp = true\n# workers-min = x\n");
  const auto from = load_with({file.option(), "--wrokers=3", "--queue-length=0", "extra"},
                              {{"ENCLAVED_SECURITY", "lax"}, {"ENCLAVED_LISTN", "x"}});
  CHECK(from.wrong.size() == 9);
  CHECK(tells(from, file.path() + ":1: workers takes 1 to 1024, or auto, not \"many\""));
  CHECK(tells(from, file.path() + ":2: \"listen\" is not of the form name = value"));
  CHECK(tells(from, file.path() + ":3: queue-lenght is not a setting; did you mean queue-length?"));
  CHECK(tells(from, file.path() + ":4: help stands on the command line only"));
  CHECK(tells(from, "--wrokers is not an option; did you mean --workers?"));
  CHECK(tells(from, "--queue-length takes 1 to 1000000, not \"0\""));
  CHECK(tells(from, "\"extra\" is not an option"));
  CHECK(tells(from, "ENCLAVED_SECURITY takes strict, secure, standard or permissive, not \"lax\""));
  CHECK(tells(from, "ENCLAVED_LISTN is not a setting; did you mean ENCLAVED_LISTEN?"));
}

TEST_CASE("a value of a weaker source is not checked where a stronger one holds") {
  CHECK(load_with({"--workers=2"}, {{"ENCLAVED_WORKERS", "nonsense"}}).wrong.empty());
}

TEST_CASE("an option that may stand once is refused twice, and one that may be repeated adds up") {
  CHECK(tells(load_with({"--workers=1", "--workers=2"}), "--workers may be given once"));
  const auto from = load_with({"--label=a=1", "--label", "b=2=3"});
  REQUIRE(from.wrong.empty());
  CHECK(from.settings.labels == std::vector<std::pair<std::string, std::string>>{{"a", "1"}, {"b", "2=3"}});
}

TEST_CASE("an empty address turns a port off") {
  for (const auto& arguments : {std::vector<std::string>{"--listen="}, {"--listen", ""}}) {
    const auto from = load_with(arguments);
    REQUIRE(from.wrong.empty());
    CHECK(from.settings.listen.off());
    CHECK_FALSE(from.settings.http_listen.off());
  }
  const config_file file("http-listen =\n");
  CHECK(load_with({file.option()}).settings.http_listen.off());
}

TEST_CASE("a file's comments start a line or follow a blank") {
  const config_file file("# a comment\n\n  queue-length = 7   # of them\r\ntokens-file = /etc/to#kens\n");
  const auto from = load_with({file.option()});
  REQUIRE(from.wrong.empty());
  CHECK(from.settings.pool.queue_length == 7);
  CHECK(from.settings.tokens_file == "/etc/to#kens");
}

TEST_CASE("a file that cannot be read is a violation") {
  CHECK(tells(load_with({"--config=/nonexistent/enclaved.conf"}), "cannot read /nonexistent/enclaved.conf"));
  CHECK(tells(load_with({"--config=/"}), "cannot read /"));
}

TEST_CASE("variables of other products are honoured where the process has the option, below our own") {
  const auto from =
      load_with({}, {{"WORKER_POOL_SIZE", "3"}, {"LOG_LEVEL", "DEBUG"}, {"BROKER_URL", "amqp://elsewhere"}});
  REQUIRE(from.wrong.empty());
  CHECK(from.settings.pool.workers_max == 3);
  CHECK(from.settings.log_level == log::level::debug);
  const auto both = load_with({}, {{"ENCLAVED_LOG_LEVEL", "warn"}, {"LOG_LEVEL", "debug"}});
  CHECK(both.settings.log_level == log::level::warn);
}

TEST_CASE("variables that Kubernetes makes for a service of our name are not misspelt settings") {
  CHECK(load_with({}, {{"ENCLAVED_SERVICE_HOST", "10.0.0.1"},
                       {"ENCLAVED_PORT_3002_TCP_ADDR", "10.0.0.1"},
                       {"ENCLAVED_PORT", "tcp://10.0.0.1:3002"},
                       {"ENCLAVED_CONNECT", "127.0.0.1:3002"}})
            .wrong.empty());
}

TEST_CASE("what belongs to a later version is refused when it is used, and only then") {
  CHECK(load_with({"--role=standalone", "--routing=least-loaded", "--heartbeat-interval-ms=5000"}).wrong.empty());
  CHECK(tells(load_with({"--role=broker"}), "--role=broker is not available yet: it needs the cluster"));
  CHECK(tells(load_with({"--broker=a:1"}), "--broker is not available yet"));
  CHECK(tells(load_with({"--cluster-listen=a:1"}), "--cluster-listen is not available yet"));
  CHECK(tells(load_with({"--routing=round-robin"}), "--routing is not available yet"));
  CHECK(tells(load_with({"--store=redis://me:hunter2@h"}), "--store=redis://… is not available yet"));
  CHECK_FALSE(tells(load_with({"--store=redis://me:hunter2@h"}), "hunter2"));
}

TEST_CASE("automatic workers follow the cores and the workload, and grow to four a core") {
  const auto pool = [](std::vector<std::string> arguments) {
    return load_with(std::move(arguments), {}, 5).settings.pool;
  };
  CHECK(pool({}).workers_usual == 5);
  CHECK(pool({}).workers_max == 20);
  CHECK(pool({}).workers_min == 1);
  CHECK(pool({"--workload=io"}).workers_usual == 10);
  CHECK(pool({"--workload=mixed"}).workers_usual == 8);
  CHECK(pool({"--workers=3"}).workers_usual == 3);
  CHECK(pool({"--workers=3"}).workers_max == 3);
  CHECK(pool({"--pool-preset=permissive"}).workers_max == 32);
  CHECK(pool({"--pool-preset=permissive"}).workers_usual == 5);
  CHECK(pool({"--workers-min=7"}).workers_usual == 7);
  CHECK(automatic_workers(workload::io, 100'000) == bounds::workers);
}

TEST_CASE("settings that contradict each other are violations") {
  CHECK(tells(load_with({"--workers=2", "--workers-min=3"}), "workers-min is 3, more than workers, which is 2"));
  CHECK(tells(load_with({"--security=permissive", "--security-max=secure"}), "looser than security-max"));
  CHECK(tells(load_with({"--tls-cert=a"}), "tls-cert and tls-key belong together"));
  CHECK(tells(load_with({"--tls-client-ca=a"}), "tls-client-ca needs"));
  CHECK(tells(load_with({"--listen=127.0.0.1:1", "--http-listen=127.0.0.1:1"}), "are both 127.0.0.1:1"));
  CHECK(tells(load_with({"--max-connection-output-bytes=1048576"}), "four times max-message-bytes"));
}

TEST_CASE("a port that strangers reach without a token gets a warning") {
  CHECK(load_with({"--listen=0.0.0.0:3002"}).settings.warnings.size() == 1);
  CHECK(
      load_with({"--listen=0.0.0.0:3002", "--tokens-file=t", "--tls-cert=c", "--tls-key=k"}).settings.warnings.empty());
}

TEST_CASE("the data directory is the unit's, else the user's") {
  CHECK(load_with({}, {{"STATE_DIRECTORY", "/var/lib/a:/var/lib/b"}, {"HOME", "/home/u"}}).settings.data_dir ==
        "/var/lib/a");
  CHECK(load_with({}, {{"XDG_STATE_HOME", "/s"}, {"HOME", "/home/u"}}).settings.data_dir == "/s/enclaved");
  CHECK(load_with({}, {{"HOME", "/home/u"}}).settings.data_dir == "/home/u/.local/state/enclaved");
  CHECK(load_with({"--data-dir=/d"}, {{"STATE_DIRECTORY", "/var/lib/a"}}).settings.data_dir == "/d");
}

TEST_CASE("an operator's limit holds for the default level and looser ones, and caps the stricter") {
  const auto levels = load_with({"--timeout-ms=20000", "--security=standard"}).settings.levels;
  const auto timeout = [&levels](security_level level) {
    return levels[static_cast<std::size_t>(level)].ceilings.timeout_ms;
  };
  CHECK(timeout(security_level::strict) == 5'000);
  CHECK(timeout(security_level::secure) == 15'000);
  CHECK(timeout(security_level::standard) == 20'000);
  CHECK(timeout(security_level::permissive) == 20'000);
}

TEST_CASE("what the process is asked for besides serving is recognised") {
  CHECK(load_with({"--help"}).wanted == request::help);
  CHECK(load_with({"--version"}).wanted == request::version);
  CHECK(load_with({"--print-config"}).wanted == request::print_config);
  CHECK(load_with({"--sample-config"}).wanted == request::sample_config);
}
