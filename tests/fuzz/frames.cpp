// Bytes of a client: frames, requests and the answers to tool calls. The first byte says how the rest is cut into
// reads.
#include "edge/tool_answers.hpp"
#include "wire/json.hpp"
#include "wire/requests.hpp"
#include "wire/rpc.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

using namespace enclaved;

/// What holds for every message, whoever sent it.
void look_at(const wire::message& message) {
  if (message.form == wire::message_form::response) {
    const auto answer = edge::tool_answer_of({.session = "s", .call = "c"}, message);
    pack::reader in{answer.value};
    std::string_view raw;
    if (!in.skip(raw) || !in.at_end()) std::abort(); // what goes to a script is always one whole value
    return;
  }
  if (!wire::to_json(message.params)) std::abort(); // the frame was whole, so its parts are
  const auto request = wire::decode_request(message.method, message.params);
  if (!request && !pack::is_utf8(request.problem().message)) std::abort(); // it goes back to the client as text
}

std::string read_all(std::string_view bytes, std::size_t piece) {
  wire::message_reader reader{64 * bounds::kib};
  std::string kinds;
  while (!bytes.empty()) {
    const auto room = reader.room();
    const auto step = std::min({piece, bytes.size(), room.size()});
    std::copy_n(bytes.data(), step, room.data());
    reader.filled(step);
    bytes.remove_prefix(step);
    wire::message message;
    auto arrival = wire::message_reader::arrival::more;
    while ((arrival = reader.next(message)) == wire::message_reader::arrival::message) {
      kinds += static_cast<char>('0' + static_cast<int>(message.form));
      look_at(message);
    }
    if (arrival == wire::message_reader::arrival::broken) return kinds.append(explain(reader.why()));
  }
  return kinds;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
  if (read_all(bytes, std::size_t{1} + data[0]) != read_all(bytes, SIZE_MAX)) std::abort();
  return 0;
}
