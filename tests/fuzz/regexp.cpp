// Patterns and texts that nobody has read: a byte of flags, the pattern, a byte 0xff, the text. Whatever is checked is
// compiled, bytes and units of one text match alike, and no position lies outside of it.
#include "engine/regexp/compiler.hpp"
#include "engine/regexp/matcher.hpp"
#include "engine/regexp/plain_memory.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace enclaved::regexp;

struct out_of_time {};

/// Ends what takes too long, as a budget does.
class bounded_memory final : public workspace {
public:
  void* resize(piece which, std::size_t bytes) override { return memory_.resize(which, bytes); }
  void spend(std::uint64_t units) override {
    constexpr std::uint64_t enough = 300'000;
    spent_ += units;
    if (spent_ > enough) throw out_of_time{};
  }

private:
  plain_memory memory_;
  std::uint64_t spent_ = 0;
};

using positions = std::vector<std::uint32_t>;

positions matched(const program& code, const void* text, std::uint32_t length, bool wide) {
  bounded_memory memory;
  positions at(2 * code.captures, unset);
  const auto answer = match(code, {text, length, wide}, {0, code.has(sticky)}, memory, at.data());
  if (answer == found::too_complex) throw out_of_time{};
  if (answer == found::no) return {};
  for (std::uint32_t i = 0; i < code.captures; ++i)
    if (at[2 * i] != unset && at[2 * i + 1] != unset && (at[2 * i] > at[2 * i + 1] || at[2 * i + 1] > length))
      std::abort();
  if (at[0] == unset || at[1] == unset) std::abort();
  return at;
}

void run(std::uint8_t bits, std::string_view pattern, std::string_view text) {
  std::string letters;
  for (unsigned i = 0; i < 8; ++i)
    if ((bits >> i & 1) != 0) letters += flag_letters[i];
  const auto flags = flags_of(letters);
  const auto early = check_pattern(pattern, letters);
  if (!flags) return;
  bounded_memory memory;
  const auto made = compile(memory, pattern, *flags);
  if (early && made.code != nullptr) std::abort();
  if (made.code == nullptr) return; // checked and too large is possible
  std::u16string units;
  for (const char c : text)
    units += static_cast<char16_t>(static_cast<unsigned char>(c) < 0x80 ? c : 0xd7c0 + (c & 0x7f) * 17);
  const auto length = static_cast<std::uint32_t>(units.size());
  const auto wide = matched(*made.code, units.data(), length, true);
  if (std::all_of(units.begin(), units.end(), [](char16_t unit) { return unit < 128; }) &&
      matched(*made.code, text.data(), length, false) != wide)
    std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view all(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto split = all.find('\xff');
  try {
    run(data[0], all.substr(0, split), split == std::string_view::npos ? "" : all.substr(split + 1));
  } catch (const out_of_time&) {
    // nop
  }
  return 0;
}
