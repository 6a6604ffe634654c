// JSON.stringify in two ways. The quick one looks at values where they lie and runs nothing of the script; when it
// meets something that has to be asked (a toJSON, a getter, a Proxy), nothing has been seen to happen yet, and the
// careful one begins anew.
#include "engine/budget.hpp"
#include "engine/duktape/inside.h"
#include "engine/library/date_text.hpp"
#include "engine/library/json.hpp"
#include "engine/library/json_text.hpp"
#include "engine/library/number_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace enclaved::engine {

namespace {

constexpr const char* circular = "Converting circular structure to JSON";

void put_number(json_text& out, double number) {
  if (!std::isfinite(number)) return out.put("null");
  if (std::fabs(number) < 1e9 && number == static_cast<int>(number)) {
    char* at = out.reserve(16);
    out.add(static_cast<std::size_t>(std::to_chars(at, at + 16, static_cast<int>(number)).ptr - at));
    return;
  }
  the_budget().spend(8);
  number_buffer digits;
  out.put(number_text(number, digits));
}

/// Line ends and what stands in front of a line, when the text shall be indented.
class layout {
public:
  explicit layout(std::string_view step) : step_(step) {}

  bool indents() const { return !step_.empty(); }
  void line(json_text& out, unsigned depth) const {
    if (step_.empty()) return;
    out.put('\n');
    for (unsigned i = 0; i < depth; ++i) out.put(step_);
    the_budget().spend(depth / 8);
  }

private:
  std::string_view step_;
};

/// The quick way. Every function answers false when it cannot go on.
class quick_writer {
public:
  quick_writer(duk_context* ctx, json_text& out, layout lines) : ctx_(ctx), out_(out), lines_(lines) {}

  bool value(const enclaved_value& what) {
    switch (what.kind) {
    case enclaved_value::ENCLAVED_VALUE_TEXT: out_.put_quoted({what.text, what.size}); return true;
    case enclaved_value::ENCLAVED_VALUE_NUMBER: put_number(out_, what.number); return true;
    case enclaved_value::ENCLAVED_VALUE_TRUE: out_.put("true"); return true;
    case enclaved_value::ENCLAVED_VALUE_FALSE: out_.put("false"); return true;
    case enclaved_value::ENCLAVED_VALUE_NULL: out_.put("null"); return true;
    case enclaved_value::ENCLAVED_VALUE_OBJECT: return object(what.object);
    default: return false;
    }
  }

private:
  /// An object's shape, found before anything of it is written: a function is left out.
  struct seen {
    enclaved_shape shape = ENCLAVED_SHAPE_OTHER;
    unsigned count = 0;
    int numbered = 0;
  };

  bool is_left_out(const enclaved_value& what) const {
    unsigned count = 0;
    int numbered = 0;
    return what.kind == enclaved_value::ENCLAVED_VALUE_NOTHING ||
           (what.kind == enclaved_value::ENCLAVED_VALUE_OBJECT && enclaved_is_function(what.object) != 0 &&
            enclaved_shape_of(ctx_, what.object, &count, &numbered) == ENCLAVED_SHAPE_NOTHING);
  }

  bool object(void* object) {
    double milliseconds = 0;
    if (enclaved_date_in_json(ctx_, object, &milliseconds) != 0) {
      date_buffer text;
      if (std::isnan(milliseconds)) return out_.put("null"), true;
      out_.put('"');
      out_.put(date_iso(milliseconds, text));
      out_.put('"');
      return true;
    }
    seen it;
    it.shape = enclaved_shape_of(ctx_, object, &it.count, &it.numbered);
    if (it.shape == ENCLAVED_SHAPE_OTHER || it.shape == ENCLAVED_SHAPE_NOTHING) return false;
    for (unsigned i = 0; i < depth_; ++i)
      if (ancestors_[i] == object) (void)duk_error(ctx_, DUK_ERR_TYPE_ERROR, circular);
    if (depth_ == most) return false;
    the_budget().spend(6 + depth_ / 4 + it.count);
    ancestors_[depth_++] = object;
    const bool done = it.shape == ENCLAVED_SHAPE_ARRAY ? array(object, it.count) : plain(object, it);
    --depth_;
    return done;
  }

  bool array(void* object, unsigned count) {
    out_.put('[');
    for (unsigned i = 0; i < count; ++i) {
      if (i > 0) out_.put(',');
      lines_.line(out_, depth_);
      enclaved_value element;
      if (enclaved_element_at(ctx_, object, i, &element) == 0) return false;
      if (is_left_out(element))
        out_.put("null");
      else if (!value(element))
        return false;
    }
    if (count > 0) lines_.line(out_, depth_ - 1);
    out_.put(']');
    return true;
  }

  bool plain(void* object, const seen& it) {
    out_.put('{');
    bool first = true;
    if (it.numbered != 0 && !numbered(object, it.count, first)) return false;
    for (unsigned i = 0; i < it.count; ++i) {
      enclaved_value key;
      enclaved_value what;
      if (enclaved_member_at(ctx_, object, i, &key, &what) == 0 || key.number >= 0) continue;
      if (!member(key, what, first)) return false;
    }
    if (!first) lines_.line(out_, depth_ - 1);
    out_.put('}');
    return true;
  }

  /// Keys that are numbers come first, in their order.
  bool numbered(void* object, unsigned count, bool& first) {
    struct place {
      double number;
      unsigned index;
    };
    auto* places = static_cast<place*>(duk_push_fixed_buffer(ctx_, count * sizeof(place)));
    unsigned found = 0;
    enclaved_value key;
    enclaved_value what;
    for (unsigned i = 0; i < count; ++i)
      if (enclaved_member_at(ctx_, object, i, &key, &what) != 0 && key.number >= 0) places[found++] = {key.number, i};
    std::sort(places, places + found, [](const place& a, const place& b) { return a.number < b.number; });
    the_budget().spend(4 * std::uint64_t{found});
    for (unsigned i = 0; i < found; ++i)
      if (enclaved_member_at(ctx_, object, places[i].index, &key, &what) != 0 && !member(key, what, first))
        return false;
    duk_pop(ctx_);
    return true;
  }

  bool member(const enclaved_value& key, const enclaved_value& what, bool& first) {
    if (is_left_out(what)) return true;
    if (!first) out_.put(',');
    first = false;
    lines_.line(out_, depth_);
    out_.put_quoted({key.text, key.size});
    out_.put(':');
    if (lines_.indents()) out_.put(' ');
    return value(what);
  }

  static constexpr unsigned most = 500;

  duk_context* ctx_;
  json_text& out_;
  layout lines_;
  unsigned depth_ = 0;
  std::array<void*, most> ancestors_;
};

/// The careful way: as the specification says, step by step.
class careful_writer {
public:
  careful_writer(duk_context* ctx, json_text& out, layout lines, duk_idx_t replacer, duk_idx_t names)
      : ctx_(ctx), out_(out), lines_(lines), replacer_(replacer), names_(names) {
    ancestors_ = duk_push_array(ctx);
  }

  /// [ … key ] -> [ … key value ]: false when there is nothing to be written.
  bool prepare(duk_idx_t holder) {
    duk_require_stack(ctx_, 12);
    duk_dup(ctx_, -1);
    duk_get_prop(ctx_, holder);
    if (duk_is_object(ctx_, -1) != 0) {
      duk_get_prop_string(ctx_, -1, "toJSON");
      if (duk_is_callable(ctx_, -1) != 0) {
        duk_insert(ctx_, -2); // [ … key toJSON value ]
        duk_dup(ctx_, -3);
        duk_call_method(ctx_, 1);
      } else {
        duk_pop(ctx_);
      }
    }
    if (replacer_ >= 0) {
      duk_dup(ctx_, replacer_);
      duk_insert(ctx_, -2); // [ … key replacer value ]
      duk_dup(ctx_, holder);
      duk_insert(ctx_, -2); // [ … key replacer holder value ]
      duk_dup(ctx_, -4);
      duk_insert(ctx_, -2);
      duk_call_method(ctx_, 2);
    }
    unbox();
    return duk_is_undefined(ctx_, -1) == 0 && duk_is_callable(ctx_, -1) == 0 && duk_is_symbol(ctx_, -1) == 0;
  }

  /// [ … value ] -> [ … ]
  void value() {
    enclaved_value what;
    enclaved_look(ctx_, -1, &what);
    switch (what.kind) {
    case enclaved_value::ENCLAVED_VALUE_TEXT: out_.put_quoted({what.text, what.size}); break;
    case enclaved_value::ENCLAVED_VALUE_NUMBER: put_number(out_, what.number); break;
    case enclaved_value::ENCLAVED_VALUE_TRUE: out_.put("true"); break;
    case enclaved_value::ENCLAVED_VALUE_FALSE: out_.put("false"); break;
    case enclaved_value::ENCLAVED_VALUE_OBJECT: container(); break;
    default: out_.put("null");
    }
    duk_pop(ctx_);
  }

private:
  void unbox() {
    if (enclaved_class_of(ctx_, -1) != ENCLAVED_CLASS_BOXED) return;
    enclaved_push_boxed(ctx_, -1);
    const bool is_text = duk_is_string(ctx_, -1) != 0 && duk_is_symbol(ctx_, -1) == 0;
    const bool is_number = duk_is_number(ctx_, -1) != 0;
    const bool is_boolean = duk_is_boolean(ctx_, -1) != 0;
    if (is_boolean) {
      duk_remove(ctx_, -2);
      return;
    }
    duk_pop(ctx_);
    if (is_text) duk_to_string(ctx_, -1);
    if (is_number) duk_to_number(ctx_, -1);
  }

  void container() {
    const auto self = duk_get_top_index(ctx_);
    for (unsigned i = 0; i < depth_; ++i) {
      duk_get_prop_index(ctx_, ancestors_, i);
      const bool same = duk_get_heapptr(ctx_, -1) == duk_get_heapptr(ctx_, self);
      duk_pop(ctx_);
      if (same) (void)duk_error(ctx_, DUK_ERR_TYPE_ERROR, circular);
    }
    if (depth_ == json_depth / 5) (void)duk_error(ctx_, DUK_ERR_RANGE_ERROR, "Values are nested too deeply for JSON");
    the_budget().spend(50 + 8 * depth_);
    duk_dup(ctx_, self);
    duk_put_prop_index(ctx_, ancestors_, depth_++);
    enclaved_is_array(ctx_, self) != 0 ? array(self) : object(self);
    --depth_;
  }

  void array(duk_idx_t self) {
    duk_get_prop_string(ctx_, self, "length");
    const double length = std::trunc(duk_to_number(ctx_, -1));
    duk_pop(ctx_);
    out_.put('[');
    for (double i = 0; i < length; ++i) {
      if (i > 0) out_.put(',');
      lines_.line(out_, depth_);
      duk_push_number(ctx_, i);
      duk_to_string(ctx_, -1);
      if (!prepare(self)) {
        duk_pop(ctx_);
        duk_push_null(ctx_);
      }
      value();
      duk_pop(ctx_);
    }
    if (length > 0) lines_.line(out_, depth_ - 1);
    out_.put(']');
  }

  void object(duk_idx_t self) {
    auto keys = names_;
    if (keys < 0) {
      enclaved_push_own_keys(ctx_, self);
      keys = duk_get_top_index(ctx_);
    }
    const auto count = duk_get_length(ctx_, keys);
    bool first = true;
    out_.put('{');
    for (duk_size_t i = 0; i < count; ++i) {
      duk_get_prop_index(ctx_, keys, static_cast<duk_uarridx_t>(i));
      if (prepare(self)) {
        if (!first) out_.put(',');
        first = false;
        lines_.line(out_, depth_);
        enclaved_value key;
        enclaved_look(ctx_, -2, &key);
        out_.put_quoted({key.text, key.size});
        out_.put(':');
        if (lines_.indents()) out_.put(' ');
        value();
        duk_pop(ctx_);
      } else {
        duk_pop_2(ctx_);
      }
    }
    if (!first) lines_.line(out_, depth_ - 1);
    out_.put('}');
    if (names_ < 0) duk_pop(ctx_);
  }

  duk_context* ctx_;
  json_text& out_;
  layout lines_;
  duk_idx_t replacer_;
  duk_idx_t names_;
  duk_idx_t ancestors_ = 0;
  unsigned depth_ = 0;
};

/// [ … ] -> [ … names ]: a replacer that is an array names the properties that are written, each once.
void push_names(duk_context* ctx, duk_idx_t list) {
  duk_get_prop_string(ctx, list, "length");
  const double length = std::trunc(duk_to_number(ctx, -1));
  duk_pop(ctx);
  const auto names = duk_push_array(ctx);
  duk_push_bare_object(ctx); // those that are in it
  duk_uarridx_t count = 0;
  for (double i = 0; i < length; ++i) {
    the_budget().spend(20);
    duk_push_number(ctx, i);
    duk_get_prop(ctx, list);
    bool names_one = duk_is_number(ctx, -1) != 0 || (duk_is_string(ctx, -1) != 0 && duk_is_symbol(ctx, -1) == 0);
    if (enclaved_class_of(ctx, -1) == ENCLAVED_CLASS_BOXED) {
      enclaved_push_boxed(ctx, -1);
      names_one = duk_is_number(ctx, -1) != 0 || (duk_is_string(ctx, -1) != 0 && duk_is_symbol(ctx, -1) == 0);
      duk_pop(ctx);
    }
    if (names_one) {
      duk_to_string(ctx, -1);
      duk_dup(ctx, -1);
      if (duk_has_prop(ctx, names + 1) == 0) {
        duk_dup(ctx, -1);
        duk_push_true(ctx);
        duk_put_prop(ctx, names + 1);
        duk_dup(ctx, -1);
        enclaved_define_index(ctx, names, count++);
      }
    }
    duk_pop(ctx);
  }
  duk_pop(ctx);
}

/// [ … ] -> [ … step ]: what a level is indented by.
std::string_view push_step(duk_context* ctx, duk_idx_t indent) {
  if (enclaved_class_of(ctx, indent) == ENCLAVED_CLASS_BOXED) {
    enclaved_push_boxed(ctx, indent);
    const bool is_number = duk_is_number(ctx, -1) != 0;
    const bool is_text = duk_is_string(ctx, -1) != 0 && duk_is_symbol(ctx, -1) == 0;
    duk_pop(ctx);
    if (is_number) duk_to_number(ctx, indent);
    if (is_text) duk_to_string(ctx, indent);
  }
  if (duk_is_number(ctx, indent) != 0) {
    const double spaces = std::min(std::trunc(duk_get_number(ctx, indent)), 10.0);
    duk_push_lstring(ctx, "          ", spaces >= 1 ? static_cast<duk_size_t>(spaces) : 0);
  } else if (duk_is_string(ctx, indent) != 0 && duk_is_symbol(ctx, indent) == 0) {
    duk_dup(ctx, indent);
    duk_substring(ctx, -1, 0, 10);
  } else {
    duk_push_string(ctx, "");
  }
  duk_size_t size = 0;
  const char* data = duk_get_lstring(ctx, -1, &size);
  return {data, size};
}

} // namespace

duk_ret_t json_stringify(duk_context* ctx) {
  duk_require_stack(ctx, 24);
  const bool has_function = duk_is_callable(ctx, 1) != 0;
  duk_idx_t names = -1;
  if (!has_function && duk_is_object(ctx, 1) != 0 && enclaved_is_array(ctx, 1) != 0) {
    push_names(ctx, 1);
    names = duk_get_top_index(ctx);
  }
  const layout lines(push_step(ctx, 2));
  json_text out(ctx);
  if (!has_function && names < 0) {
    enclaved_value what;
    enclaved_look(ctx, 0, &what);
    if (what.kind == enclaved_value::ENCLAVED_VALUE_NOTHING) return 0;
    if (quick_writer(ctx, out, lines).value(what)) {
      out.push();
      return 1;
    }
    out.clear();
  }
  careful_writer writer(ctx, out, lines, has_function ? 1 : -1, names);
  const auto holder = duk_push_object(ctx);
  duk_push_string(ctx, "");
  duk_dup(ctx, 0);
  enclaved_define(ctx, holder);
  duk_push_string(ctx, "");
  if (!writer.prepare(holder)) return 0;
  writer.value();
  out.push();
  return 1;
}

} // namespace enclaved::engine
