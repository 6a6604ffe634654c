#include "engine/library/random.hpp"

#include "engine/budget.hpp"
#include "engine/duktape/inside.h"
#include "engine/library/members.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstring>

extern "C" double enclaved_random(void);

namespace enclaved::engine {

namespace {

std::uint32_t draw() { return static_cast<std::uint32_t>(enclaved_random() * 4294967296.0); }

constexpr std::size_t most_bytes = 65'536;

/// getRandomValues(array) -> the array, of whole numbers
duk_ret_t get_random_values(duk_context* ctx) {
  duk_size_t size = 0;
  auto* bytes = static_cast<unsigned char*>(duk_get_buffer_data(ctx, 0, &size));
  const char* name = enclaved_bytes_name(ctx, 0);
  if (name == nullptr || std::strstr(name, "nt") == nullptr) // Int8Array … Uint32Array
    return duk_error(ctx, DUK_ERR_TYPE_ERROR, "getRandomValues needs a typed array of whole numbers");
  if (size > most_bytes) return duk_error(ctx, DUK_ERR_RANGE_ERROR, "getRandomValues fills 65536 bytes at most");
  the_budget().spend(size);
  for (duk_size_t i = 0; i < size; ++i) bytes[i] = static_cast<unsigned char>(draw() >> 24);
  duk_dup(ctx, 0);
  return 1;
}

/// randomUUID(), of version 4
duk_ret_t random_uuid(duk_context* ctx) {
  the_budget().spend(50);
  const std::array<std::uint32_t, 4> parts{draw(), draw(), draw(), draw()};
  char text[40];
  std::snprintf(text, sizeof text, "%08x-%04x-4%03x-%04x-%04x%08x", parts[0], parts[1] >> 16, parts[1] & 0xfffU,
                0x8000U | (parts[2] >> 16 & 0x3fffU), parts[2] & 0xffffU, parts[3]);
  duk_push_string(ctx, text);
  return 1;
}

constexpr method functions[] = {
    {"getRandomValues", get_random_values, 1, 1},
    {"randomUUID", random_uuid, 0, 0},
};

} // namespace

void add_random(duk_context* ctx) {
  duk_push_global_object(ctx);
  duk_push_string(ctx, "crypto");
  duk_push_object(ctx);
  add_methods(ctx, functions);
  add_tag(ctx, "Crypto");
  duk_def_prop(ctx, -3, as_built_in);
  duk_pop(ctx);
}

} // namespace enclaved::engine
