// What an option is: one row that command line, file, environment, help, sample file and documents are all made from.
#pragma once

#include "base/endpoint.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace enclaved::config {

enum class value_kind : std::uint8_t {
  flag,           ///< stands alone; true when given
  number,         ///< a whole number within the range
  number_or_auto, ///< likewise, or the word "auto"
  choice,         ///< one of a few words, in any case
  text,           ///< anything that `check` accepts
  path,           ///< a file or folder
  address,        ///< HOST:PORT, or empty for off
  key_value,      ///< KEY=VALUE
};

/// Whether a value may be shown.
enum class sensitivity : std::uint8_t { open, secret, password_in_url };

/// Which processes use an option, one bit each.
using role_set = std::uint8_t;
inline constexpr role_set for_standalone = 1;
inline constexpr role_set for_broker = 2;
inline constexpr role_set for_runtime = 4;
inline constexpr role_set for_all = for_standalone | for_broker | for_runtime;

struct option_spec {
  std::string name;       ///< as on the command line; the unit stands last
  std::string value_name; ///< what help shows for the value: N, FILE, HOST:PORT
  std::string fallback;   ///< the default, as it would be written; empty: see `help`
  std::string help;       ///< what it means, a sentence without its full stop
  value_kind kind = value_kind::text;
  std::uint64_t least = 0; ///< range of a number
  std::uint64_t most = 0;
  std::vector<std::string_view> choices = {};
  bool repeatable = false;
  bool command_line_only = false; ///< it says what this process does, not how the server is
  config::sensitivity sensitivity = config::sensitivity::open;
  role_set roles = for_all;
  std::string_view section = {};             ///< heading in help and in the sample file
  std::string_view variable = {};            ///< a variable of another product that means the same
  std::string_view later = {};               ///< not empty: what has to exist before it does anything
  std::size_t choices_now = ~std::size_t{0}; ///< the choices after so many are for later
  std::optional<std::string> (*check)(std::string_view text) = nullptr; ///< what is wrong with a text, if anything

  bool is_for_later() const { return !later.empty() && choices_now > choices.size(); }
};

/// A value that fits its option.
struct option_value {
  std::string text;
  std::uint64_t number = 0;
  bool automatic = false; ///< "auto"
  std::size_t choice = 0; ///< index
  endpoint address = {};
  std::pair<std::string, std::string> pair = {};
};

/// An option and where its value goes.
template <class Target>
struct option : option_spec {
  std::function<void(Target&, const option_value&)> store;
};

/// Either the value or what is wrong with the text, as the end of a sentence that starts with the option's name.
struct checked_value {
  option_value value;
  std::string violation; ///< empty: it fits
};
checked_value check_value(const option_spec& spec, std::string_view text);

/// "1 to 1024", "cpu, io or mixed", "HOST:PORT": what a value may be.
std::string range_text(const option_spec& spec);

/// ENCLAVED_DATA_DIR for data-dir.
std::string variable_name(std::string_view option_name);

/// The name that was probably meant, or empty.
std::string_view nearest(std::string_view name, const std::vector<std::string_view>& names);

/// How a value is shown to people: secrets are not.
std::string shown(const option_spec& spec, std::string_view text);

} // namespace enclaved::config
