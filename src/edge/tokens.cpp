#include "edge/tokens.hpp"

#include "base/bounds.hpp"
#include "base/ids.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <openssl/crypto.h>
#include <openssl/sha.h>

namespace enclaved::edge {

namespace {

token_digest digest_of(std::string_view token) {
  token_digest digest;
  SHA256(reinterpret_cast<const unsigned char*>(token.data()), token.size(), digest.data());
  return digest;
}

bool same(const token_digest& a, const token_digest& b) { return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0; }

/// The next part up to a separator; `rest` is what follows it.
std::string_view cut(std::string_view& rest, char separator) {
  const auto end = rest.find(separator);
  const auto part = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return part;
}

std::vector<std::string_view> words_of(std::string_view line) {
  constexpr std::string_view blanks = " \t\r";
  std::vector<std::string_view> words;
  for (auto start = line.find_first_not_of(blanks); start != std::string_view::npos;
       start = line.find_first_not_of(blanks)) {
    line.remove_prefix(start);
    const auto end = std::min(line.find_first_of(blanks), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
  return words;
}

/// Each of these answers what is wrong, or nothing.
using complaint = std::string_view;

complaint read_permissions(std::string_view list, wire::principal& who) {
  who.may_run = who.may_read = who.may_admin = false;
  while (!list.empty()) {
    const auto word = cut(list, ',');
    if (word == "run")
      who.may_run = true;
    else if (word == "read")
      who.may_read = true;
    else if (word == "admin")
      who.may_admin = true;
    else
      return "permissions are run, read and admin, with commas and no blanks between them";
  }
  return {};
}

complaint read_attribute(std::string_view word, wire::principal& who) {
  const auto key = cut(word, '=');
  if (key == "security-max") {
    const auto level = level_named(word);
    if (!level) return "security-max is strict, secure, standard or permissive";
    who.security_max = *level;
    return {};
  }
  if (key == "max-sessions") {
    const auto* end = word.data() + word.size();
    const auto [stopped, failure] = std::from_chars(word.data(), end, who.max_sessions);
    const bool whole = failure == std::errc{} && stopped == end && who.max_sessions > 0;
    return whole ? complaint{} : complaint{"max-sessions is a positive number"};
  }
  return "what may follow the permissions is security-max=LEVEL and max-sessions=N";
}

complaint read_line(const std::vector<std::string_view>& words, token_row& row) {
  if (words.size() < 3) return "a line is TOKEN TENANT PERMISSION,…";
  if (words[0].size() > bounds::token_bytes) return "the token is longer than its bound";
  if (!is_name(words[1])) return "a tenant is 1 to 128 characters of A-Z a-z 0-9 _ . : -";
  row.digest = digest_of(words[0]);
  row.who.tenant = words[1];
  if (const auto wrong = read_permissions(words[2], row.who); !wrong.empty()) return wrong;
  for (std::size_t i = 3; i < words.size(); ++i)
    if (const auto wrong = read_attribute(words[i], row.who); !wrong.empty()) return wrong;
  return {};
}

error at_line(std::size_t line, std::string_view wrong) {
  return invalid_request(std::string{"line "}.append(std::to_string(line)).append(": ").append(wrong));
}

} // namespace

result<std::vector<token_row>> parse_tokens(std::string_view text) {
  std::vector<token_row> rows;
  for (std::size_t line = 1; !text.empty(); ++line) {
    const auto words = words_of(cut(text, '\n'));
    if (words.empty() || words[0].starts_with('#')) continue;
    if (rows.size() == bounds::tokens) return at_line(line, "there are more tokens than the bound");
    token_row row;
    if (const auto wrong = read_line(words, row); !wrong.empty()) return at_line(line, wrong);
    if (std::any_of(rows.begin(), rows.end(),
                    [&row](const token_row& other) { return same(other.digest, row.digest); }))
      return at_line(line, "the token stands in an earlier line too");
    rows.push_back(std::move(row));
  }
  return rows;
}

status token_store::reload() {
  if (!required()) return done{};
  const auto failed = [this](std::string_view why) {
    return invalid_request("tokens file " + path_ + ": " + std::string{why});
  };
  std::ifstream file{path_, std::ios::binary};
  if (!file) return failed("it cannot be opened");
  std::string text(bounds::tokens_file_bytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  const auto bytes = static_cast<std::size_t>(file.gcount());
  const bool usable = !file.bad() && bytes <= bounds::tokens_file_bytes;
  auto rows = usable ? parse_tokens(std::string_view{text}.substr(0, bytes))
                     : invalid_request("it cannot be read, or is too large");
  OPENSSL_cleanse(text.data(), text.size());
  if (!rows) return failed(rows.problem().message);
  const std::scoped_lock lock{mutex_};
  rows_ = std::make_shared<const std::vector<token_row>>(std::move(*rows));
  return done{};
}

std::shared_ptr<const token_store::rows> token_store::current() const {
  const std::scoped_lock lock{mutex_};
  return rows_;
}

std::optional<token_row> token_store::find(std::string_view token) const {
  const auto digest = digest_of(token);
  const auto all = current();
  const token_row* found = nullptr;
  for (const auto& row : *all)
    if (same(row.digest, digest)) found = &row;
  if (found == nullptr) return std::nullopt;
  return *found;
}

bool token_store::still_has(const token_row& row) const {
  const auto all = current();
  return std::any_of(all->begin(), all->end(),
                     [&row](const token_row& other) { return same(other.digest, row.digest) && other.who == row.who; });
}

wire::principal token_store::anonymous() {
  wire::principal everyone;
  everyone.may_admin = true;
  return everyone;
}

} // namespace enclaved::edge
