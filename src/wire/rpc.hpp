// MessagePack-RPC messages: bytes in, messages out, and back. No I/O.
#pragma once

#include "base/error.hpp"
#include "base/pack.hpp"
#include "wire/input_buffer.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace enclaved::wire {

enum class message_form : std::uint8_t { request = 0, response = 1, notification = 2 };

/// One message; its views point into the reader's buffer and live until the next `room()`.
struct message {
  message_form form = message_form::notification;
  std::uint32_t msgid = 0; ///< of a request or response
  std::string_view method; ///< of a request or notification; any bytes
  std::string_view params; ///< of a request or notification; MessagePack
  bool failed = false;     ///< of a response: `value` is its error, else its result
  std::string_view value;  ///< MessagePack
};

/// Why bytes are no message: a closed list. After any of them the stream has no frame boundaries left.
enum class defect : std::uint8_t {
  not_messagepack,
  too_large,
  too_deep,
  not_an_array,
  unknown_form,
  wrong_length,
  bad_msgid,
  bad_method
};
inline constexpr std::size_t defects = static_cast<std::size_t>(defect::bad_method) + 1;

/// A sentence for the client.
std::string_view explain(defect why);

/// What one whole MessagePack value says as a message, or why it is none.
std::optional<defect> parse_message(std::string_view frame, message& out);

/// Finds messages in a stream of bytes. Invariant: scanned_ <= bytes unread <= the message limit + one read.
class message_reader {
public:
  enum class arrival : std::uint8_t { more, message, broken };

  explicit message_reader(std::size_t limit_bytes, std::size_t nesting = bounds::nesting)
      : scanner_(limit_bytes, nesting) {}

  /// Where to put the next bytes, and how many came.
  std::span<char> room() { return input_.room(); }
  void filled(std::size_t bytes) { input_.filled(bytes); }

  /// The next message among the bytes that came. Once broken, always broken.
  arrival next(message& out);
  defect why() const { return why_; }

  /// Whether a part of a message waits for the rest.
  bool unfinished() const { return !input_.unread().empty(); }

  /// Raises the bound of a message; takes effect at once.
  void limit_to(std::size_t limit_bytes) { scanner_.limit_to(limit_bytes); }
  /// Forgets what came, for a connection that only waits for its end.
  void discard() { input_.clear(); }

private:
  arrival broken(defect why);

  input_buffer input_;
  pack::scanner scanner_;
  std::size_t scanned_ = 0; ///< bytes of the unfinished message that the scanner has seen
  bool broken_ = false;
  defect why_ = defect::not_messagepack;
};

// -- encoding; each appends one whole message, or a value that goes into one
void append_response(pack::buffer& out, std::uint32_t msgid, std::string_view result);
void append_refusal(pack::buffer& out, std::uint32_t msgid, const error& problem);
void append_notification(pack::buffer& out, std::string_view method, std::string_view argument);
void append_request(pack::buffer& out, std::uint32_t msgid, std::string_view method, std::string_view argument);
/// The map `{code, message, retry_after_ms?, details?}`.
void append_error(pack::buffer& out, const error& problem);

} // namespace enclaved::wire
