// Commands for a data directory, with tools that say what the test wants.
#include "cli/commands.hpp"
#include "cli/fields.hpp"

#include "fake_port.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>
#include <sstream>

using namespace enclaved;
using namespace enclaved::cli;
using namespace enclaved::test;

namespace {

struct ended {
  int status = -1;
  std::string out, err;
};

ended start(const std::vector<std::string>& arguments, const store_tools& tools) {
  std::ostringstream out, err;
  auto* const out_before = std::cout.rdbuf(out.rdbuf());
  auto* const err_before = std::cerr.rdbuf(err.rdbuf());
  const int status = dispatch(arguments, {.store = tools});
  std::cout.rdbuf(out_before);
  std::cerr.rdbuf(err_before);
  return {status, out.str(), err.str()};
}

} // namespace

TEST_CASE("fsck prints a line a finding and a summary, and its status says whether there were some") {
  store_tools tools;
  tools.check = [](const std::string& data_dir, const finding_sink& tell) -> result<store_census> {
    CHECK(data_dir == "/some/dir");
    tell("session 1 has entries and no head");
    return store_census{3, 20, 7, 1};
  };
  const auto some = start({"fsck", "--data-dir=/some/dir"}, tools);
  CHECK(some.status == 1);
  CHECK(some.out == "session 1 has entries and no head\n3 sessions, 20 entries, 7 notes: 1 findings\n");
  tools.check = [](const std::string&, const finding_sink&) -> result<store_census> {
    return store_census{3, 20, 7, 0};
  };
  const auto none = start({"fsck", "--data-dir=/some/dir"}, tools);
  CHECK(none.status == 0);
  CHECK(none.out == "3 sessions, 20 entries, 7 notes: nothing is wrong\n");
  tools.check = [](const std::string&, const finding_sink&) -> result<store_census> {
    return error{error_code::unavailable, "it is in use"};
  };
  const auto used = start({"fsck", "--data-dir=/some/dir"}, tools);
  CHECK(used.status == 3);
  CHECK(used.err.find("it is in use") != std::string::npos);
}

TEST_CASE("the data directory is by default the one that a server would use") {
  setenv("ENCLAVED_DATA_DIR", "/from/variable", 1);
  store_tools tools;
  std::string asked;
  tools.check = [&asked](const std::string& data_dir, const finding_sink&) -> result<store_census> {
    asked = data_dir;
    return store_census{};
  };
  CHECK(start({"fsck"}, tools).status == 0);
  unsetenv("ENCLAVED_DATA_DIR");
  CHECK(asked == "/from/variable");
}

TEST_CASE("restore says what it restored, and fails with what is wrong in the backup") {
  store_tools tools;
  tools.restore = [](const std::string& backup, const std::string& data_dir, const finding_sink&) {
    CHECK(backup == "copy");
    CHECK(data_dir == "/d");
    return result<store_census>(store_census{3, 20, 7, 0});
  };
  const auto good = start({"restore", "copy", "--data-dir=/d"}, tools);
  CHECK(good.status == 0);
  CHECK(good.out == "3 sessions, 20 entries and 7 notes are restored in /d\n");
  tools.restore = [](const std::string&, const std::string&, const finding_sink& tell) {
    tell("entry 3 of session 1 is damaged");
    return result<store_census>(store_census{3, 20, 7, 1});
  };
  const auto bad = start({"restore", "copy", "--data-dir=/d"}, tools);
  CHECK(bad.status == 1);
  CHECK(bad.err.find("entry 3 of session 1 is damaged\n") != std::string::npos);
  CHECK(start({"restore", "--data-dir=/d"}, tools).status == 2);
}

TEST_CASE("backup copies a data directory when it is given one") {
  store_tools tools;
  tools.back_up = [](const std::string& data_dir, const std::string& path) {
    return result<stored_backup>(stored_backup{data_dir + "/backups/" + path, 12'345});
  };
  const auto done = start({"backup", "monday", "--data-dir=/d"}, tools);
  CHECK(done.status == 0);
  CHECK(done.out == "/d/backups/monday, 12345 bytes\n");
}

TEST_CASE("backup asks a server, which says where it is") {
  std::string method, path;
  fake_port port([&](const wire::message& came, pack::buffer& out) {
    method = came.method;
    path = text_field(elements(came.params).at(0), "path");
    pack::buffer made;
    pack::writer(made).map(2).str("path").str("/data/backups/monday").str("bytes").number(77);
    wire::append_response(out, came.msgid, made.bytes);
    return true;
  });
  const auto done = start({"backup", "monday", "--connect=" + port.where().text()}, {});
  CHECK(done.status == 0);
  CHECK(done.out == "/data/backups/monday, 77 bytes\n");
  CHECK(method == "admin.backup");
  CHECK(path == "monday");
}
