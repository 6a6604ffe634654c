#include "engine/library/json.hpp"

#include "engine/library/members.hpp"

namespace enclaved::engine {

namespace {

constexpr method functions[] = {
    {"parse", json_parse, 2, 2},
    {"stringify", json_stringify, 3, 3},
};

} // namespace

void add_json(duk_context* ctx) {
  push_built_in(ctx, "JSON");
  add_methods(ctx, functions);
  add_tag(ctx, "JSON");
  duk_pop(ctx);
}

} // namespace enclaved::engine
