#include "engine/lang/lookalikes.hpp"

#include <algorithm>
#include <array>

namespace enclaved::engine::lang {

namespace {

struct range {
  char32_t first;
  char32_t last;
};

/// Letters of other scripts that many fonts draw as they draw an ASCII letter, in order.
constexpr std::array<range, 47> drawn_alike{{
    {0x131, 0x131}, {0x1c0, 0x1c0}, {0x251, 0x251},   {0x261, 0x261},   {0x269, 0x26a},     {0x391, 0x392},
    {0x395, 0x397}, {0x399, 0x39a}, {0x39c, 0x39d},   {0x39f, 0x39f},   {0x3a1, 0x3a1},     {0x3a4, 0x3a5},
    {0x3a7, 0x3a7}, {0x3b1, 0x3b1}, {0x3b9, 0x3b9},   {0x3bd, 0x3bd},   {0x3bf, 0x3bf},     {0x3c1, 0x3c1},
    {0x3f2, 0x3f3}, {0x405, 0x406}, {0x408, 0x408},   {0x410, 0x410},   {0x412, 0x412},     {0x415, 0x415},
    {0x41a, 0x41a}, {0x41c, 0x41e}, {0x420, 0x422},   {0x425, 0x425},   {0x430, 0x430},     {0x435, 0x435},
    {0x43e, 0x43e}, {0x440, 0x441}, {0x443, 0x443},   {0x445, 0x445},   {0x455, 0x456},     {0x458, 0x458},
    {0x4bb, 0x4bb}, {0x4cf, 0x4cf}, {0x501, 0x501},   {0x51b, 0x51d},   {0x555, 0x555},     {0x578, 0x578},
    {0x57d, 0x57d}, {0x585, 0x585}, {0x2160, 0x217f}, {0xff21, 0xff5a}, {0x1d400, 0x1d7ff},
}};

constexpr std::array<range, 5> turns_direction{
    {{0x61c, 0x61c}, {0x200e, 0x200f}, {0x202a, 0x202e}, {0x2066, 0x2069}, {0x206a, 0x206f}}};

/// The joiners between emoji and letters of some scripts are not among them.
constexpr std::array<range, 8> not_seen{{{0xad, 0xad},
                                         {0x34f, 0x34f},
                                         {0x115f, 0x1160},
                                         {0x180e, 0x180e},
                                         {0x200b, 0x200b},
                                         {0x2060, 0x2064},
                                         {0x3164, 0x3164},
                                         {0xe0000, 0xe007f}}};

template <std::size_t N>
bool in(const std::array<range, N>& ranges, char32_t c) {
  const auto at = std::find_if(ranges.begin(), ranges.end(), [c](const range& it) { return c <= it.last; });
  return at != ranges.end() && at->first <= c;
}

bool is_ascii_letter(char32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_word(char32_t c) { return is_ascii_letter(c) || c == '_' || c == '$' || (c >= '0' && c <= '9') || c >= 0xc0; }

/// One character of UTF-8; bytes that are none stand for themselves.
struct decoded {
  char32_t character;
  std::uint32_t bytes;
};
decoded decode(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const auto lead = byte(0);
  const std::uint32_t bytes = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (bytes == 1 || at + bytes > text.size()) return {lead, 1};
  char32_t c = lead & (0xffU >> (bytes + 1));
  for (std::uint32_t i = 1; i < bytes; ++i) c = c << 6 | (byte(i) & 0x3fU);
  return {c, bytes};
}

/// What a word is made of, as far as it has been read.
struct word {
  std::uint32_t begin = 0;
  std::uint32_t column = 0;
  bool ascii = false; ///< has an ASCII letter
  char32_t alike = 0; ///< the first that looks like one
};

class scanner {
public:
  scanner(std::string_view source, std::size_t most) : source_(source), most_(most) {}

  std::vector<suspect> run() {
    for (std::size_t at = 0; at < source_.size() && found_.size() < most_;) {
      const auto [c, bytes] = decode(source_, at);
      look(c, static_cast<std::uint32_t>(at), bytes);
      at += bytes;
    }
    end_word(static_cast<std::uint32_t>(source_.size()));
    return std::move(found_);
  }

private:
  void look(char32_t c, std::uint32_t at, std::uint32_t bytes) {
    if (in(turns_direction, c)) found_.push_back({trick::bidirectional, at, at + bytes, c, line_, column_});
    if (in(not_seen, c)) found_.push_back({trick::invisible, at, at + bytes, c, line_, column_});
    if (is_word(c))
      take(c, at);
    else
      end_word(at);
    ++column_;
    if (c == '\n') {
      ++line_;
      column_ = 1;
    }
  }

  void take(char32_t c, std::uint32_t at) {
    if (!in_word_) word_ = {.begin = at, .column = column_};
    in_word_ = true;
    if (is_ascii_letter(c)) word_.ascii = true;
    if (word_.alike == 0 && looks_like_ascii(c)) word_.alike = c;
  }

  void end_word(std::uint32_t at) {
    if (in_word_ && word_.ascii && word_.alike != 0)
      found_.push_back({trick::lookalike, word_.begin, at, word_.alike, line_, word_.column});
    in_word_ = false;
  }

  std::string_view source_;
  std::size_t most_;
  std::vector<suspect> found_;
  std::uint32_t line_ = 1;
  std::uint32_t column_ = 1;
  word word_;
  bool in_word_ = false;
};

} // namespace

bool looks_like_ascii(char32_t c) { return c >= 0x80 && in(drawn_alike, c); }

bool looks_like_another(std::string_view name) {
  bool alike = false;
  bool own = false;
  for (std::size_t at = 0; at < name.size();) {
    const auto [c, bytes] = decode(name, at);
    alike = alike || looks_like_ascii(c);
    own = own || (c >= 0x80 && !looks_like_ascii(c));
    if (is_ascii_letter(c) && alike) return true;
    at += bytes;
  }
  return alike && !own;
}

std::vector<suspect> suspects(std::string_view source, std::size_t most) { return scanner(source, most).run(); }

} // namespace enclaved::engine::lang
