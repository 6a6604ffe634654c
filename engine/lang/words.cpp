#include "engine/lang/words.hpp"

#include "base/pack.hpp"
#include "engine/lang/bounds.hpp"

#include <algorithm>
#include <array>

namespace enclaved::engine::lang {

namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
char small(char c) { return is_upper(c) ? static_cast<char>(c + ('a' - 'A')) : c; }

/// A new word begins at a capital after a small letter, and at the last capital of several: `APIKey` is `api key`.
bool begins_word(std::string_view text, std::size_t at) {
  if (!is_upper(text[at]) || at == 0) return false;
  if (!is_upper(text[at - 1])) return true;
  return at + 1 < text.size() && is_lower(text[at + 1]);
}

/// One word, or several that stand one after another; joined they may also be one.
using phrase = std::string_view;

bool has_phrase(const std::vector<std::string>& words, phrase wanted) {
  std::string joined;
  for (std::size_t from = 0; from < words.size(); ++from) {
    joined.clear();
    for (std::size_t to = from; to < words.size() && joined.size() < wanted.size(); ++to) {
      joined += words[to];
      if (joined == wanted) return true;
    }
  }
  return false;
}

template <std::size_t N>
bool has_any(std::string_view text, const std::array<phrase, N>& wanted) {
  const auto words = words_of(text);
  return std::any_of(wanted.begin(), wanted.end(), [&words](phrase it) { return has_phrase(words, it); });
}

constexpr std::array<phrase, 33> sensitive{"password",
                                           "passwords",
                                           "passwd",
                                           "passphrase",
                                           "pwd",
                                           "secret",
                                           "secrets",
                                           "token",
                                           "apikey",
                                           "apikeys",
                                           "accesskey",
                                           "privatekey",
                                           "secretkey",
                                           "signingkey",
                                           "credential",
                                           "credentials",
                                           "ssn",
                                           "socialsecurity",
                                           "socialsecuritynumber",
                                           "taxid",
                                           "passport",
                                           "passportnumber",
                                           "creditcard",
                                           "creditcardnumber",
                                           "cardnumber",
                                           "cvv",
                                           "cvc",
                                           "iban",
                                           "accountnumber",
                                           "routingnumber",
                                           "dateofbirth",
                                           "dob",
                                           "mothersmaidenname"};

/// A token of a text, or of a page.
constexpr std::array<phrase, 6> harmless{"nexttoken",         "pagetoken",     "maxtoken",
                                         "continuationtoken", "nextpagetoken", "tokencount"};

constexpr std::array<phrase, 14> limits{"limit", "limits", "pagesize", "perpage", "count", "maxresults", "maxitems",
                                        "max",   "take",   "top",      "first",   "size",  "batchsize",  "rows"};

constexpr std::array<phrase, 12> bulk{"bulk", "batch",    "mass", "all",   "everything", "purge",
                                      "wipe", "truncate", "drop", "multi", "many",       "everyone"};

constexpr std::array<phrase, 10> listing{"list", "search", "query", "find", "export",
                                         "dump", "select", "scan",  "all",  "browse"};

/// These read many things when a word of the name says so.
constexpr std::array<phrase, 4> reading{"get", "fetch", "read", "load"};

constexpr std::array<phrase, 19> sending{"send",    "email",   "mail",    "post",     "upload", "publish", "webhook",
                                         "share",   "forward", "notify",  "transfer", "submit", "push",    "sms",
                                         "message", "http",    "request", "tweet",    "slack"};

} // namespace

std::vector<std::string> words_of(std::string_view text) {
  text = text.substr(0, bounds::judged_text_bytes);
  std::vector<std::string> words(1);
  for (std::size_t i = 0; i < text.size() && words.size() <= bounds::judged_text_words; ++i) {
    const char c = text[i];
    const bool in_word = is_upper(c) || is_lower(c) || is_digit(c);
    if ((!in_word || begins_word(text, i)) && !words.back().empty()) words.emplace_back();
    if (in_word) words.back() += small(c);
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

bool is_sensitive(std::string_view name) { return has_any(name, sensitive) && !has_any(name, harmless); }

bool is_limit(std::string_view key) { return has_any(key, limits); }

bool is_wildcard(std::string_view text) {
  constexpr std::array<std::string_view, 8> whole{"*", "%", "**", "*.*", "*:*", ".*", "^.*$", "%%"};
  if (std::find(whole.begin(), whole.end(), text) != whole.end()) return true;
  const auto words = words_of(text);
  const bool selects = std::find(words.begin(), words.end(), "select") != words.end();
  return selects && text.find('*') != std::string_view::npos;
}

bool is_bulk(std::string_view tool) { return has_any(tool, bulk); }

bool reads_many(std::string_view tool) {
  if (has_any(tool, listing)) return true;
  const auto words = words_of(tool);
  const auto is_plural = [](const std::string& word) {
    return word.size() > 2 && word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us");
  };
  return has_any(tool, reading) && std::any_of(words.begin(), words.end(), is_plural);
}

bool sends(std::string_view tool) { return has_any(tool, sending); }

std::string shown(std::string_view text) {
  constexpr std::size_t most = 60;
  auto bytes = std::min(text.size(), most);
  while (bytes < text.size() && bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xc0) == 0x80) --bytes;
  std::string result(text.substr(0, bytes));
  // A text of the source may hold half a surrogate pair, which nobody else can read.
  if (!pack::is_utf8(result)) std::erase_if(result, [](char c) { return (static_cast<unsigned char>(c) & 0x80) != 0; });
  return bytes < text.size() ? result + "…" : result;
}

} // namespace enclaved::engine::lang
