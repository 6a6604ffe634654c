// Who may come in: the tokens file, a line a token.
//
//   # comment
//   TOKEN TENANT PERMISSION,… [security-max=LEVEL] [max-sessions=N]
//
// Permissions are run, read and admin. Only digests of tokens stay in memory. Without a file everyone is the anonymous
// principal with every permission: the server then listens on loopback, unless its operator says otherwise.
#pragma once

#include "base/result.hpp"
#include "wire/service.hpp"

#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace enclaved::edge {

using token_digest = std::array<unsigned char, 32>;

struct token_row {
  token_digest digest;
  wire::principal who;
};

/// A file's text as rows; the error names the first bad line and what would be right.
result<std::vector<token_row>> parse_tokens(std::string_view text);

class token_store {
public:
  /// An empty path: there are no tokens.
  explicit token_store(std::string path) : path_(std::move(path)) {}

  /// Reads the file, for the first time or again. An error leaves what was there.
  status reload();

  bool required() const { return !path_.empty(); }
  /// The row of a token; it takes the same time wherever the row stands, and whether there is one.
  std::optional<token_row> find(std::string_view token) const;
  /// Whether the file still says the same about it.
  bool still_has(const token_row& row) const;

  static wire::principal anonymous();

private:
  using rows = std::vector<token_row>;
  std::shared_ptr<const rows> current() const;

  std::string path_;
  mutable std::mutex mutex_;
  std::shared_ptr<const rows> rows_ = std::make_shared<const rows>();
};

} // namespace enclaved::edge
