#include "wire/rpc.hpp"

#include "packed.hpp"

#include <algorithm>
#include <random>
#include <vector>

using namespace enclaved;
using namespace enclaved::wire;
using enclaved::tests::as_json;
using enclaved::tests::packed;
using arrival = message_reader::arrival;

namespace {

/// A message without views, to be kept and compared.
struct copied {
  message_form form;
  std::uint32_t msgid;
  std::string method, params, value;
  bool failed;
  bool operator==(const copied&) const = default;
};

struct outcome_of_reading {
  std::vector<copied> messages;
  std::optional<defect> why;
  bool operator==(const outcome_of_reading&) const = default;
};

/// Feeds `bytes` in pieces of the given sizes, again and again.
outcome_of_reading read(std::string_view bytes, const std::vector<std::size_t>& pieces,
                        std::size_t limit = bounds::message_bytes) {
  message_reader reader{limit};
  outcome_of_reading out;
  for (std::size_t turn = 0; !bytes.empty(); ++turn) {
    const auto room = reader.room();
    const auto piece = std::min({room.size(), bytes.size(), pieces[turn % pieces.size()]});
    std::copy_n(bytes.data(), piece, room.data());
    reader.filled(piece);
    bytes.remove_prefix(piece);
    message found;
    auto what = arrival::more;
    while ((what = reader.next(found)) == arrival::message) {
      const bool is_response = found.form == message_form::response;
      out.messages.push_back({found.form, found.form == message_form::notification ? 0 : found.msgid,
                              is_response ? "" : std::string{found.method},
                              is_response ? "" : std::string{found.params}, is_response ? std::string{found.value} : "",
                              is_response && found.failed});
    }
    if (what == arrival::broken) {
      out.why = reader.why();
      return out;
    }
  }
  return out;
}

const std::vector<std::size_t> whole{SIZE_MAX};
const std::vector<std::size_t> byte_by_byte{1};

std::string all_forms() {
  pack::buffer out;
  append_request(out, 7, "run", packed(R"({"code":"return 1"})"));
  append_response(out, 7, packed(R"({"ok":true})"));
  append_refusal(out, 4294967295, {error_code::overloaded, "later", 100});
  append_notification(out, "event", packed(R"({"seq":1})"));
  return out.bytes;
}

} // namespace

TEST_CASE("the three forms of a message are read as they were written") {
  const auto [messages, why] = read(all_forms(), whole);
  REQUIRE_FALSE(why);
  REQUIRE(messages.size() == 4);
  CHECK(messages[0].form == message_form::request);
  CHECK(messages[0].msgid == 7);
  CHECK(messages[0].method == "run");
  CHECK(as_json(messages[0].params) == R"([{"code":"return 1"}])");
  CHECK_FALSE(messages[1].failed);
  CHECK(as_json(messages[1].value) == R"({"ok":true})");
  CHECK(messages[2].failed);
  CHECK(messages[2].msgid == 4294967295);
  CHECK(as_json(messages[2].value) == R"({"code":"OVERLOADED","message":"later","retry_after_ms":100})");
  CHECK(messages[3].form == message_form::notification);
  CHECK(as_json(messages[3].params) == R"([{"seq":1}])");
}

TEST_CASE("a frame split anywhere yields the same frames") {
  std::string bytes;
  for (int i = 0; i < 40; ++i) bytes += all_forms();
  pack::buffer large;
  append_request(large, 1, "run", packed("\"" + std::string(300'000, 'x') + "\""));
  bytes += large.bytes + all_forms();

  const auto expected = read(bytes, whole);
  CHECK(expected.messages.size() == 165);
  CHECK(read(bytes, byte_by_byte) == expected);
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random{seed};
  for (int round = 0; round < 20; ++round) {
    std::vector<std::size_t> pieces(97);
    for (auto& piece : pieces) piece = 1 + random() % 5'000;
    CHECK(read(bytes, pieces) == expected);
  }
}

TEST_CASE("a method may be a binary, as older encoders write it") {
  pack::buffer out;
  pack::writer{out}.array(4).number(0).number(1).bin("ping").array(0);
  const auto [messages, why] = read(out.bytes, whole);
  REQUIRE(messages.size() == 1);
  CHECK(messages[0].method == "ping");
}

TEST_CASE("a response's error counts before its result") {
  pack::buffer out;
  pack::writer{out}.array(4).number(1).number(1).str("it broke").number(5);
  const auto [messages, why] = read(out.bytes, whole);
  REQUIRE(messages.size() == 1);
  CHECK(messages[0].failed);
  CHECK(as_json(messages[0].value) == R"("it broke")");
}

TEST_CASE("each way to be no message has its reason, whole and byte by byte") {
  const auto nested = [](std::size_t levels) { return std::string(levels, '\x91') + '\x01'; };
  struct bad {
    std::string bytes;
    defect why;
  };
  const std::vector<bad> table{
      {"\xc1", defect::not_messagepack},
      {std::string{"\x94\x00\x01\xc1", 4}, defect::not_messagepack},
      {"GET / HTTP/1.1\r\n\r\n", defect::not_an_array},
      {std::string{"\x16\x03\x01\x02", 4}, defect::not_an_array}, // TLS
      {packed("{}"), defect::not_an_array},
      {packed("[]"), defect::unknown_form},
      {packed("[3, 1, \"x\", []]"), defect::unknown_form},
      {packed("[\"run\"]"), defect::unknown_form},
      {packed("[-1]"), defect::unknown_form},
      {packed("[0, 1, \"run\"]"), defect::wrong_length},
      {packed("[0, 1, \"run\", [], 1]"), defect::wrong_length},
      {packed("[1, 1, null]"), defect::wrong_length},
      {packed("[2, \"x\"]"), defect::wrong_length},
      {packed("[2, \"x\", [], 1]"), defect::wrong_length},
      {packed("[0, -1, \"run\", []]"), defect::bad_msgid},
      {packed("[0, 4294967296, \"run\", []]"), defect::bad_msgid},
      {packed("[0, \"1\", \"run\", []]"), defect::bad_msgid},
      {packed("[1, 1.5, null, null]"), defect::bad_msgid},
      {packed("[0, 1, 5, []]"), defect::bad_method},
      {packed("[2, null, []]"), defect::bad_method},
      {nested(65), defect::too_deep},
      {nested(10'000), defect::too_deep},
      {std::string{"\xdd\xff\xff\xff\xff", 5}, defect::too_large},             // an array of 4 G elements
      {std::string{"\x94\x00\x01\xdb\xff\xff\xff\xff", 8}, defect::too_large}, // a method of 4 GiB
      {std::string{"\x94\x00\x01\xa1x\xdf\xff\xff\xff\xff", 10}, defect::too_large},
      {std::string{"\x94\x00\x01\xa1x\xc9\xff\xff\xff\xff\x01", 11}, defect::too_large},
  };
  for (const auto& [bytes, why] : table) {
    CAPTURE(as_json(packed("0")), bytes.size(), explain(why));
    CHECK(read(bytes, whole).why == why);
    CHECK(read(bytes, byte_by_byte).why == why);
    CHECK_FALSE(explain(why).empty());
  }
}

TEST_CASE("messages before a broken one are read, none after it") {
  const auto bytes = all_forms() + "\xc1" + all_forms();
  const auto out = read(bytes, whole);
  CHECK(out.messages.size() == 4);
  CHECK(out.why == defect::not_messagepack);
}

TEST_CASE("a message of exactly the bound passes and one byte more does not") {
  pack::buffer out;
  append_notification(out, "x", packed("\"" + std::string(1'000, 'y') + "\""));
  CHECK(read(out.bytes, whole, out.bytes.size()).messages.size() == 1);
  CHECK(read(out.bytes, byte_by_byte, out.bytes.size() - 1).why == defect::too_large);
}

TEST_CASE("a raised limit holds for the message that follows in the same read") {
  pack::buffer small, large;
  append_notification(small, "x", packed("1"));
  append_notification(large, "x", packed("\"" + std::string(500, 'y') + "\""));
  message_reader reader{100};
  const auto both = small.bytes + large.bytes;
  const auto room = reader.room();
  REQUIRE(room.size() >= both.size());
  std::copy(both.begin(), both.end(), room.begin());
  reader.filled(both.size());
  message found;
  REQUIRE(reader.next(found) == arrival::message);
  reader.limit_to(1'000);
  CHECK(reader.next(found) == arrival::message);
  CHECK_FALSE(reader.unfinished());
}

TEST_CASE("a buffer keeps no more than it needs while nothing comes") {
  input_buffer input;
  std::size_t largest = 0;
  for (int i = 0; i < 8; ++i) { // half a megabyte that nobody consumes, then all of it
    const auto room = input.room();
    largest = std::max(largest, room.size());
    input.filled(room.size());
  }
  CHECK(largest >= 64 * bounds::kib);
  input.consume(input.unread().size());
  CHECK_FALSE(input.room().empty());
  input.filled(1);
  input.consume(1);
  CHECK(input.room().size() == 4 * bounds::kib);
}
