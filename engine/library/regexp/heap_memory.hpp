// The matcher's workspace inside a heap: buffers that the value stack keeps alive, so that leaving by a jump frees
// them.
#pragma once

#include "engine/regexp/matcher.hpp"

#include <array>
#include <duktape.h>

namespace enclaved::engine {

class heap_memory final : public regexp::workspace {
public:
  /// Takes one place on top of the value stack: [ … ] -> [ … anchor ].
  explicit heap_memory(duk_context* ctx) : ctx_(ctx), anchor_(duk_get_top(ctx)) { duk_push_undefined(ctx); }

  void* resize(regexp::piece which, std::size_t bytes) override;
  void spend(std::uint64_t units) override;

private:
  duk_context* ctx_;
  duk_idx_t anchor_;
};

/// A string of the heap as the matcher wants it. Where it is not ASCII its units are kept beside the string until
/// another one is looked at, so that a loop of matches over one text reads it once: [ … ] -> [ … units ].
regexp::subject push_subject(duk_context* ctx, duk_idx_t string);

/// [ … ] -> [ … string ]: a part of a subject.
void push_part(duk_context* ctx, const regexp::subject& of, std::uint32_t begin, std::uint32_t end);

/// Text that grows: [ … ] -> [ … buffer ], and at the end [ … ] -> [ … string ].
class text_builder {
public:
  explicit text_builder(duk_context* ctx);
  void append(std::string_view bytes);
  void append(const regexp::subject& of, std::uint32_t begin, std::uint32_t end);
  void push_text();

private:
  char* room(std::size_t bytes);

  duk_context* ctx_;
  duk_idx_t buffer_;
  char* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

} // namespace enclaved::engine
