#include "store/log_check.hpp"

#include "store/body_seal.hpp"

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <vector>

namespace enclaved::store {

namespace {

// RocksDB's format: blocks of 32 KiB; in them records, each with a masked CRC-32C of type and body, a length, a type.
constexpr std::size_t block_bytes = 32 * 1024;
constexpr std::size_t head_bytes = 7;
constexpr char full = 1, first = 2, last_type = 4;

std::uint32_t number_at(std::string_view bytes, std::size_t count) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < count; ++i) number |= std::uint32_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  return number;
}

struct record_head {
  std::uint32_t sum;
  std::size_t length;
  char type;
};
record_head head_of(std::string_view bytes) { return {number_at(bytes, 4), number_at(bytes.substr(4), 2), bytes[6]}; }

bool sum_fits(const record_head& head, std::string_view type_and_body) {
  const auto sum = checksum(type_and_body);
  return head.sum == ((sum >> 15) | (sum << 17)) + 0xa282ead8U;
}

/// A record that begins here and ends before `room`.
bool is_record(std::string_view bytes, std::size_t room) {
  if (bytes.size() < head_bytes) return false;
  const auto head = head_of(bytes);
  return head.type >= full && head.type <= last_type && head_bytes + head.length <= std::min(room, bytes.size()) &&
         sum_fits(head, bytes.substr(head_bytes - 1, 1 + head.length));
}

/// A batch begins with the number of its first change, which only grows. What a client put into a body that looks like
/// a record does not know it.
constexpr std::size_t sequence_bytes = 8;
constexpr std::uint64_t changes_ahead_most = 1'000'000;

std::optional<std::uint64_t> sequence_of(std::string_view record) {
  const auto head = head_of(record);
  if ((head.type != full && head.type != first) || head.length < sequence_bytes) return std::nullopt;
  const auto body = record.substr(head_bytes);
  return number_at(body, 4) | std::uint64_t{number_at(body.substr(4), 4)} << 32;
}

/// Where in a block reading ends; the block's size when it can be read to its end. Notes the last batch's number.
std::size_t readable_bytes(std::string_view block, std::uint64_t& sequence) {
  std::size_t at = 0;
  while (block.size() - at >= head_bytes) {
    const auto rest = block.substr(at);
    if (!is_record(rest, rest.size())) return at;
    sequence = sequence_of(rest).value_or(sequence);
    at += head_bytes + head_of(rest).length;
  }
  return block.size() < block_bytes && at < block.size() ? at : block.size();
}

/// Whether a later batch, or the beginning of one, stands in what follows the first byte that cannot be read.
bool something_stands_behind(std::string_view rest, std::size_t offset, std::uint64_t sequence) {
  if (rest.size() > head_bytes && rest.size() <= block_bytes - offset % block_bytes &&
      sum_fits(head_of(rest), rest.substr(head_bytes - 1)))
    return true; // the last record, and its length is wrong
  for (std::size_t at = 1; at + head_bytes <= rest.size(); ++at) {
    const auto here = rest.substr(at);
    if (here[6] != full && here[6] != first) continue;
    if (!is_record(here, block_bytes - (offset + at) % block_bytes)) continue;
    const auto found = sequence_of(here);
    if (found && *found > sequence && (sequence == 0 || *found - sequence < changes_ahead_most)) return true;
  }
  return false;
}

bool is_damaged(const std::filesystem::path& log) {
  std::ifstream in(log, std::ios::binary);
  std::vector<char> block(block_bytes);
  std::uint64_t sequence = 0;
  for (std::size_t offset = 0; in; offset += block_bytes) {
    in.read(block.data(), static_cast<std::streamsize>(block.size()));
    const std::string_view bytes(block.data(), static_cast<std::size_t>(in.gcount()));
    const auto readable = readable_bytes(bytes, sequence);
    if (readable == bytes.size()) continue;
    std::string rest(bytes.substr(readable));
    rest.append(std::istreambuf_iterator<char>(in), {});
    return something_stands_behind(rest, offset + readable, sequence);
  }
  return false;
}

} // namespace

status check_logs(const std::string& folder) {
  std::error_code ignored;
  for (const auto& file : std::filesystem::directory_iterator(folder, ignored))
    if (file.path().extension() == ".log" && is_damaged(file.path()))
      return error{error_code::internal, "a record in its log " + file.path().filename().string() +
                                             " is damaged, and acknowledged ones stand behind it"};
  return done{};
}

} // namespace enclaved::store
