#!/usr/bin/python3
"""Inserts the cooperative tick, and little else, into Duktape's source.

Duktape asks its timeout hook between instructions only; a native function (a regular expression, a search, a collection)
runs on regardless. Each row below names a function, an anchor that must stand in it exactly as often as said, and the
statement that goes before or after that anchor. A row that does not match ends the script with an error: another version
of Duktape needs another look at it, never a silent gap.

Usage: harden.py INPUT OUTPUT
"""
import re
import sys

TICK = "ENCLAVED_TICK({});"
PROXY = "if (enclaved_is_proxy(thr, {})) {{ return enclaved_trapped(thr, {}, {}, {}); }}"
SANITY = "if (DUK_UNLIKELY(sanity-- == 0)) {"
COMPARE = "if (duk_memcmp((const void *) p, (const void *) q_start, (size_t) q_blen) == 0) {"

ENCLAVED_ON_LINE = "comp_ctx->curr_func.enclaved_line = {}; {} comp_ctx->curr_func.enclaved_line = 0;"

EXECUTOR = "duk__js_execute_bytecode_inner"

# (function, anchor, times, "before", "after" or "instead", statement)
ROWS = [
    # Regular expressions are ours (engine/regexp): literals are compiled and become objects without Duktape's part.
    ("duk_regexp_compile", "/* TypeError if fails */", 1, "before", "enclaved_compile_regexp(thr); return;"),
    ("duk_regexp_create_instance", "/* [ ... escaped_source bytecode ] */", 1, "after", "enclaved_push_regexp(thr, NULL); return;"),
    # Of Duktape's own, which nobody reaches: a step each, and a new match attempt at each offset of the input.
    ("duk__match_regexp", "re_ctx->steps_count++;", 1, "after", TICK.format(1)),
    ("duk__regexp_match_helper", "if (duk__match_regexp(&re_ctx, re_ctx.bytecode, sp) != NULL) {", 1, "before", TICK.format(4)),
    # Searching: by character, and by what a comparison may look at.
    ("duk__str_search_shared", "t = *p;", 1, "after", TICK.format(1)),
    ("duk__str_search_shared", COMPARE, 1, "before", TICK.format("(q_blen >> 4)")),
    ("duk_bi_string_prototype_replace", COMPARE, 1, "before", TICK.format("1 + (duk_int_t) (q_blen >> 4)")),
    ("duk_bi_string_prototype_split", COMPARE, 1, "before", TICK.format("1 + (duk_int_t) (q_blen >> 4)")),
    ("duk_bi_string_prototype_startswith_endswith", "if (duk_memcmp_unsafe((const void *) p_cmp_start", 1, "before",
     TICK.format("(blen_search >> 7)")),
    ("duk_js_data_compare", "rc = duk_memcmp_unsafe((const void *) buf1", 1, "before", TICK.format("(prefix_len >> 7)")),
    # Offsets in strings that are not ASCII are found by scanning.
    ("duk__scan_forwards", "while (n > 0) {", 1, "before", TICK.format("(duk_int_t) (n >> 2)")),
    ("duk__scan_backwards", "while (n > 0) {", 1, "before", TICK.format("(duk_int_t) (n >> 2)")),
    # Properties: each access, and each step along a chain of prototypes.
    ("duk_hobject_getprop", "tv_obj = &tv_obj_copy;", 1, "before", TICK.format(2)),
    ("duk_hobject_getprop", SANITY, 1, "before", TICK.format(2)),
    ("duk_hobject_putprop", "tv_obj = &tv_obj_copy;", 1, "before", TICK.format(2)),
    ("duk_hobject_putprop", SANITY, 1, "before", TICK.format(2)),
    ("duk_hobject_hasprop", "if (DUK_TVAL_IS_OBJECT(tv_obj)) {", 1, "before", TICK.format(2)),
    ("duk_hobject_delprop", "entry_top = duk_get_top(thr);", 1, "before", TICK.format(2)),
    ("duk__get_propdesc", SANITY, 1, "before", TICK.format(2)),
    ("duk_hobject_prototype_chain_contains", "if (sanity-- == 0) {", 1, "before", TICK.format(1)),
    # Calls of native functions.
    ("duk__handle_call_raw", "rc = ((duk_hnatfunc *) func)->func(thr);", 1, "before", TICK.format(20)),
    # Numbers to text and back.
    ("duk_numconv_stringify", "duk_native_stack_check(thr);", 1, "before",
     "ENCLAVED_TICK(20); if (radix == 10 && flags == 0 && digits == 0 && duk_is_number(thr, -1)) { char text[64]; unsigned long size = "
     "enclaved_number_text(duk_get_number(thr, -1), text); duk_push_lstring(thr, text, size); duk_remove(thr, -2); return; }"),
    ("duk_numconv_stringify", "duk__numconv_stringify_raw(thr, radix, digits, flags);", 1, "before", TICK.format(1000)),
    ("duk_numconv_parse", "duk_native_stack_check(thr);", 1, "before",
     "if (radix == 10 && (flags & (DUK_S2N_FLAG_ALLOW_EXP | DUK_S2N_FLAG_ALLOW_FRAC | DUK_S2N_FLAG_ALLOW_MINUS)) == "
     "(DUK_S2N_FLAG_ALLOW_EXP | DUK_S2N_FLAG_ALLOW_FRAC | DUK_S2N_FLAG_ALLOW_MINUS)) { duk_size_t size; double number; const "
     "char *text = duk_require_lstring(thr, -1, &size); ENCLAVED_TICK((long) (size >> 3)); if (enclaved_number_of(text, size, &number)) { "
     "duk_push_number(thr, number); duk_remove(thr, -2); return; } }"),
    ("duk_numconv_parse", "duk__numconv_parse_raw(thr, radix, flags);", 1, "before", TICK.format(200)),
    # A name that other engines know gets a word about why it is not here.
    ("duk__getvar_helper", "if (throw_flag) {", 1, "after", "enclaved_missing_name(thr, name);"),
    # A signed text of another radix is no number.
    ("duk_numconv_parse", "duk_native_stack_check(thr);", 1, "before",
     "if ((flags & (DUK_S2N_FLAG_ALLOW_AUTO_HEX_INT | DUK_S2N_FLAG_ALLOW_GARBAGE)) == DUK_S2N_FLAG_ALLOW_AUTO_HEX_INT && "
     "enclaved_has_signed_radix(thr)) { duk_push_nan(thr); duk_remove(thr, -2); return; }"),
    # Dates: one made of another takes its time, whatever its methods say; subclasses; there is no time -0.
    ("duk_bi_date_constructor", "duk_to_primitive(thr, 0, DUK_HINT_NONE);", 1, "before",
     "if (duk_get_hobject_with_class(thr, 0, DUK_HOBJECT_CLASS_DATE) != NULL) { duk_push_number(thr, enclaved_date_of(thr, 0)); "
     "duk_replace(thr, 0); }"),
    ("duk_bi_date_constructor", "if (nargs == 0 || !is_cons) {", 1, "before", "if (is_cons) enclaved_take_prototype(thr);"),
    ("duk__timeclip", "return x;", 1, "before", "x += 0.0;"),
    # The length of a typed array is its prototype's to tell; mostly there is a short way to that.
    ("duk_hobject_getprop", "tv_obj = &tv_obj_copy;", 1, "after",
     "if (DUK_TVAL_IS_OBJECT(tv_obj) && DUK_HOBJECT_IS_BUFOBJ(DUK_TVAL_GET_OBJECT(tv_obj)) && "
     "enclaved_typed_length(thr, DUK_TVAL_GET_OBJECT(tv_obj), tv_key)) return 1;"),
    ("duk_hobject_enumerator_create", "len = (duk_uint_fast32_t) (h_bufobj->length >> h_bufobj->shift);", 1, "instead",
     "len = (duk_uint_fast32_t) enclaved_view_length(h_bufobj); have_length = 0;"),
    # Proxies and typed arrays in a chain of prototypes; elements of typed arrays, which a detached buffer has none of
    # (chains.inc.c).
    ("duk_hobject_getprop", "if (!duk__get_own_propdesc_raw(thr, curr, key, arr_idx, &desc, DUK_GETDESC_FLAG_PUSH_VALUE)) {", 1, "before",
     "if (ENCLAVED_MAY_STOP(curr)) { const enum enclaved_search search = enclaved_search_at(thr, curr, key, arr_idx);"
     " if (search == SEARCH_ENDS) { duk_to_undefined(thr, -1); return 0; }"
     " if (search == SEARCH_IS_TAKEN) return enclaved_inherited_get(thr, curr, tv_obj); }"),
    ("duk_hobject_putprop", "if (!duk__get_own_propdesc_raw(thr, curr, key, arr_idx, &desc, 0 /*flags*/)) {", 1, "before",
     "if (ENCLAVED_MAY_STOP(curr)) { const enum enclaved_search search = enclaved_search_at(thr, curr, key, arr_idx);"
     " if (search == SEARCH_ENDS) { if (curr == orig) { duk_push_tval(thr, tv_val); duk_to_number_m1(thr); duk_pop_unsafe(thr); }"
     " goto success_no_arguments_exotic; }"
     " if (search == SEARCH_IS_TAKEN) { if (enclaved_inherited_set(thr, curr, tv_val, tv_obj)) goto success_no_arguments_exotic;"
     " duk_pop_unsafe(thr); goto fail_proxy_rejected; } }"),
    ("duk_hobject_hasprop", "rc = duk__get_propdesc(thr, obj, key, &desc, 0 /*flags*/);", 1, "instead", "rc = enclaved_has(thr, obj, key);"),
    ("duk_hobject_define_property_helper", "arr_idx = DUK_HSTRING_GET_ARRIDX_SLOW(key);", 1, "after",
     "if (ENCLAVED_MAY_STOP(obj) && enclaved_names_element(thr, obj, key, arr_idx))"
     " return enclaved_define_element(thr, defprop_flags, obj, arr_idx, idx_value, throw_flag);"),
    ("duk__get_own_propdesc_raw", "out_desc->flags = DUK_PROPDESC_FLAG_WRITABLE | DUK_PROPDESC_FLAG_VIRTUAL;", 1, "instead",
     "out_desc->flags = DUK_PROPDESC_FLAG_WRITABLE | DUK_PROPDESC_FLAG_CONFIGURABLE | DUK_PROPDESC_FLAG_VIRTUAL;"),
    ("duk_seal_freeze_raw", "if (is_freeze && DUK_HOBJECT_IS_BUFOBJ(h)) {", 1, "instead", "if (enclaved_has_elements(h)) {"),
    *[(function, "(h_bufobj->length >> h_bufobj->shift)", 1, "instead", "enclaved_view_length(h_bufobj)") for function in (
        "duk__get_own_propdesc_raw", "duk__getprop_fastpath_bufobj_tval", "duk__putprop_fastpath_bufobj_tval", "duk_hobject_putprop")],
    ("duk_hobject_enumerator_create", "if (DUK_LIKELY((enum_flags & DUK_ENUM_NO_PROXY_BEHAVIOR) != 0)) {", 1, "before",
     "if ((enum_flags & DUK_ENUM_OWN_PROPERTIES_ONLY) == 0 && enclaved_enumerate(thr, enum_target)) goto compact_and_return;"),
    # A trap is given a name: never a number.
    *[(function, "duk_push_tval(thr, tv_key); /* P */", 1, "after", "(void) duk_to_property_key_hstring(thr, -1);") for function in (
        "duk_hobject_getprop", "duk_hobject_putprop", "duk_hobject_hasprop")],
    # Object.assign takes symbols along, asks a Proxy for each property, and throws when the target refuses.
    ("duk_bi_object_constructor_assign", "duk_enum(thr, idx, DUK_ENUM_OWN_PROPERTIES_ONLY);", 1, "before",
     "if (enclaved_is_proxy(thr, idx)) { enclaved_assign_from(thr, idx); continue; }"),
    ("duk_bi_object_constructor_assign", "duk_enum(thr, idx, DUK_ENUM_OWN_PROPERTIES_ONLY);", 1, "instead",
     "duk_enum(thr, idx, DUK_ENUM_OWN_PROPERTIES_ONLY | DUK_ENUM_INCLUDE_SYMBOLS);"),
    ("duk_bi_object_constructor_assign", "duk_put_prop(thr, 0);", 1, "instead",
     "if (!duk_put_prop(thr, 0)) DUK_ERROR_TYPE(thr, DUK_STR_NOT_WRITABLE);"),
    # The length of a frozen array is fixed, too.
    ("duk_hobject_object_seal_freeze_helper", "DUK_HOBJECT_CLEAR_EXTENSIBLE(obj);", 1, "before",
     "if (is_freeze && DUK_HOBJECT_IS_ARRAY(obj)) { DUK_HARRAY_SET_LENGTH_NONWRITABLE((duk_harray *) obj); }"),
    # An array that holds itself; what toLocaleString is asked of.
    ("duk_bi_array_prototype_join_shared", "duk_set_top(thr, 1);", 1, "before",
     "if (enclaved_is_joining(thr)) { duk_push_hstring_empty(thr); return 1; }"),
    ("duk_bi_array_prototype_join_shared", "duk_to_object(thr, -1);", 1, "instead", ""),
    # Dates are parsed and written by library/date_text.cpp.
    ("duk__parse_string", "if (duk__parse_string_iso8601_subset(thr, str) != 0) {", 1, "before",
     "duk_push_number(thr, enclaved_date_parse(str)); return 1;"),
    ("duk__to_string_helper", "DUK_ASSERT(DUK_ISFINITE(d));", 1, "before",
     "if ((flags & DUK_DATE_FLAG_LOCALTIME) != 0) { char text[128]; unsigned long size = enclaved_date_text(d, text); "
     "duk_push_lstring(thr, text, size); return 1; }"),
    # Case, URI and trimming work by character.
    ("duk__transform_helper", "callback(tfm_ctx, udata, cp);", 1, "before", TICK.format(4)),
    ("duk_unicode_case_convert_string", "if (curr >= 0) {", 1, "before", TICK.format(4)),
    ("duk_trim", "p_tmp1 = p;", 2, "before", TICK.format(2)),
    # Every string that comes to life is hashed whole and compared along a chain.
    ("duk_heap_strtable_intern", "strhash = duk_heap_hashstring(heap, str, (duk_size_t) blen);", 1, "before",
     TICK.format("1 + (duk_int_t) (blen >> 6)")),
    ("duk_heap_strtable_intern", "h = h->hdr.h_next;", 1, "before", TICK.format(1)),
    # JSON, both ways.
    ("duk__json_dec_value", "x = duk__json_dec_get_nonwhite(js_ctx);", 1, "before", TICK.format(4)),
    ("duk__json_enc_quote_string", "space = now * 6;", 1, "before",
     TICK.format(64)),
    # Typed arrays, copied at once or element by element.
    ("duk_bi_typedarray_set", "duk_memmove_unsafe((void *) p_dst_base", 1, "before", TICK.format("(dst_length >> 7)")),
    ("duk_bi_typedarray_set", "duk_hbufobj_push_validated_read(thr, h_bufarg, p_src, src_elem_size);", 1, "before", TICK.format(4)),
    # The compiler, token by token.
    ("duk__advance_helper", "if (duk__token_lbp[comp_ctx->curr_token.t] & DUK__TOKEN_LBP_FLAG_NO_REGEXP) {", 1, "before", TICK.format(10)),
    # Whoever compiles a function gives that function and nothing behind it.
    ("duk__js_compile_raw", "(void) duk__parse_func_like_raw(comp_ctx, 0 /*flags*/);", 1, "after",
     "if (comp_ctx->curr_token.t != DUK_TOK_EOF) { DUK_ERROR_SYNTAX(thr, DUK_STR_PARSE_ERROR); }"),
    # What lowered code says to the compiler (lowered.inc.c): helpers as constants, and directives about a function.
    ("duk__expr_nud", "duk__ivalue_var_hstring(comp_ctx, res, tk->str1);", 1, "before",
     "{ extern duk_bool_t enclaved_push_helper(duk_hthread *, duk_hstring *); if (enclaved_push_helper(thr, tk->str1)) {"
     " duk__ivalue_regconst(res, duk__getconst(comp_ctx)); return; } }"),
    # What a finally block throws is not for the catch beside it, also when the try was left by a jump.
    ("duk__handle_finally", "DUK_CAT_CLEAR_FINALLY_ENABLED(cat);", 1, "after", "DUK_CAT_CLEAR_CATCH_ENABLED(cat);"),
    # A variable in two pairs of parentheses is its value now, whatever is assigned to it later in the expression.
    ("duk__expr_nud", "comp_ctx->curr_func.paren_level++;", 1, "before",
     "const duk_bool_t enclaved_value = comp_ctx->curr_token.t == DUK_TOK_LPAREN;"),
    ("duk__expr_nud", "comp_ctx->curr_func.paren_level--;", 1, "after",
     "{ extern void enclaved_copy_variable(duk_compiler_ctx *, duk_ivalue *); if (enclaved_value) enclaved_copy_variable(comp_ctx, res); }"),
    ("duk__parse_stmt", "if (DUK_HSTRING_GET_BYTELEN(h_dir) == 10 &&", 1, "before",
     "extern duk_bool_t enclaved_directive(duk_compiler_ctx *, duk_hstring *); if (enclaved_directive(comp_ctx, h_dir)) { } else "),
    ("duk__convert_to_func_template", "if (keep_formals) {", 1, "before", "if (func->enclaved_length != 0) keep_formals = 0;"),
    ("duk__convert_to_func_template", "if (func->h_name) {", 1, "before",
     "if (func->h_name == NULL) func->h_name = func->enclaved_name; "),
    ("duk__convert_to_func_template", "duk_push_hstring(thr, func->h_name);", 1, "after",
     "if (func->enclaved_name != NULL) { duk_pop(thr); duk_push_hstring(thr, func->enclaved_name); }"),
    ("duk__convert_to_func_template", "h_res->nargs = (duk_uint16_t) duk_hobject_get_length(thr, func->h_argnames);", 1, "after",
     "h_res->enclaved_rest = func->enclaved_rest; h_res->enclaved_class = func->enclaved_class;"
     " h_res->enclaved_length = (duk_uint8_t) func->enclaved_length;"),
    ("duk__handle_call_raw", "duk_set_top_and_wipe(thr, idx_func + 2 + nregs, idx_func + 2 + nargs);", 1, "before",
     "if (func != NULL && DUK_HOBJECT_IS_COMPFUNC(func) && ((duk_hcompfunc *) func)->enclaved_rest) {"
     " extern void enclaved_pack_rest(duk_hthread *, duk_idx_t); enclaved_pack_rest(thr, idx_func + 2 + nargs - 1); }"),
    # Code that can fail is on the line where people look: of a call's name or parenthesis, not of the end of its arguments.
    ("duk__emit", "instr->ins = ins;", 1, "before",
     "if (comp_ctx->curr_func.enclaved_line != 0) line = comp_ctx->curr_func.enclaved_line;"),
    ("duk__expr_led", "comp_ctx->curr_func.led_count++;", 1, "after", "const duk_int_t enclaved_at = comp_ctx->prev_token.start_line;"),
    ("duk__expr_nud", "comp_ctx->curr_func.nud_count++;", 1, "after", "const duk_int_t enclaved_at = comp_ctx->prev_token.start_line;"),
    ("duk__expr_led", "res->t = DUK_IVAL_PROP;", 2, "after", "res->enclaved_line = enclaved_at;"),
    ("duk__expr_led", "res->t = DUK_IVAL_ARITH;", 1, "after", "res->enclaved_line = enclaved_at;"),
    ("duk__expr_nud", "duk__ivalue_var_hstring(comp_ctx, res, tk->str1);", 1, "after", "res->enclaved_line = enclaved_at;"),
    ("duk__copy_ivalue", "dst->op = src->op;", 1, "after", "dst->enclaved_line = src->enclaved_line;"),
    *[(function, call, 1, "instead", ENCLAVED_ON_LINE.format(line, call)) for function, line, call in (
        ("duk__expr_led", "enclaved_at", "duk__emit_a_bc(comp_ctx, call_op, (duk_regconst_t) nargs /*numargs*/, reg_cs /*basereg*/);"),
        ("duk__expr_nud", "enclaved_at",
         "duk__emit_a_bc(comp_ctx, DUK_OP_CALL0 | DUK_BC_CALL_FLAG_CONSTRUCT, nargs /*num_args*/, reg_target /*target*/);"),
        ("duk__ivalue_toplain_raw", "x->enclaved_line", "duk__emit_a_b_c(comp_ctx, x->op | DUK__EMIT_FLAG_BC_REGCONST, dest, arg1, arg2);"),
        ("duk__ivalue_toplain_raw", "x->enclaved_line",
         "duk__emit_a_b_c(comp_ctx, DUK_OP_GETPROP | DUK__EMIT_FLAG_BC_REGCONST, dest, arg1, arg2);"),
        ("duk__ivalue_toplain_raw", "x->enclaved_line",
         "duk__emit_a_bc(comp_ctx, DUK_OP_GETVAR, dest, rc_varname);"),
        ("duk__expr_led", "left->enclaved_line",
         "duk__emit_a_b_c(comp_ctx, DUK_OP_GETPROP | DUK__EMIT_FLAG_BC_REGCONST, reg_temp, reg_obj, rc_key);"),
        ("duk__expr_led", "left->enclaved_line",
         "duk__emit_a_b_c(comp_ctx,\n\t\t\t                DUK_OP_PUTPROP | DUK__EMIT_FLAG_A_IS_SOURCE | DUK__EMIT_FLAG_BC_REGCONST,\n"
         "\t\t\t                reg_obj,\n\t\t\t                rc_key,\n\t\t\t                rc_res);"))],
    # The error of a method that is none is made while it is looked up: the place is that of this instruction.
    ("duk_call_setup_propcall_error", "entry_top = duk_get_top(thr);", 1, "before", "duk_hthread_sync_currpc(thr);"),
    # A list of expressions is no nest of them.
    ("duk__expr_led", "duk__expr_toplain(comp_ctx, res, DUK__BP_COMMA - 1 /*rbp_flags*/);", 1, "instead",
     "duk__expr_toplain(comp_ctx, res, DUK__BP_COMMA /*rbp_flags*/);"),
    # Functions keep no source text: theirs is what the specification allows instead.
    ("duk_bi_function_prototype_to_string", '"function %s() { [ecmascript code] }"', 1, "instead", '"function %s() { [native code] }"'),
    ("duk_bi_function_prototype_to_string", '"function %s() { [bound code] }", (const char *) func_name);', 1, "instead",
     '"function () { [native code] }");'),
    ("duk_bi_function_prototype_to_string", "if (duk_is_undefined(thr, -1)) {", 1, "instead",
     "if (!duk_is_string(thr, -1) || duk_is_symbol(thr, -1)) {"),
    ("duk_bi_function_prototype_to_string", "if (DUK_HOBJECT_IS_COMPFUNC(obj)) {", 1, "before",
     "if (DUK_HOBJECT_IS_PROXY(obj) && DUK_HOBJECT_IS_CALLABLE(obj)) { duk_push_string(thr, \"function () { [native code] }\"); } else"),
    # new.target as the specification has it (new_target.inc.c).
    ("duk__handle_specialfuncs_for_call", "\t\tduk_idx_t top;\n", 1, "instead", "\t\tduk_idx_t top; int enclaved_given = 0;\n"),
    ("duk__handle_specialfuncs_for_call", "/* XXX: [[Construct]] newTarget currently unsupported */\n\t\t\t\tDUK_ERROR_UNSUPPORTED(thr);", 1, "instead",
     "if (!duk_is_constructable(thr, idx_func + 3)) DUK_ERROR_TYPE_INVALID_ARGS(thr); enclaved_given = 1; goto enclaved_differs;"),
    ("duk__handle_specialfuncs_for_call", "duk_set_top_unsafe(thr, idx_func + 3); /* remove any args beyond argArray */\n\t\t}\n\t\tDUK_ASSERT(duk_get_top(thr) == idx_func + 3);\n\t\tDUK_ASSERT(duk_is_valid_index(thr, idx_func + 2));\n\t\t(void) duk_unpack_array_like(thr,\n\t\t                             idx_func + 2); /* XXX: should also remove target to be symmetric with duk_pack()? */\n\t\tduk_remove(thr, idx_func + 2);", 1, "instead",
     "enclaved_differs: if (enclaved_given) { enclaved_instance_of(thr, idx_func + 1, idx_func + 3);"
     " *call_flags |= DUK_CALL_FLAG_DEFAULT_INSTANCE_UPDATED; } duk_set_top(thr, idx_func + 3 + enclaved_given); }"
     " (void) duk_unpack_array_like(thr, idx_func + 2); duk_remove(thr, idx_func + 2);"
     " if (enclaved_given) { enclaved_keep_new_target(thr, idx_func); duk_remove(thr, idx_func + 2); }"),
    ("duk__call_setup_act_not_tailcall", "act->cat = NULL;", 1, "after",
     "act->new_target = (call_flags & DUK_CALL_FLAG_CONSTRUCT) ? enclaved_take_new_target(thr, idx_func) : NULL;"),
    ("duk__activation_unwind_nofree_norz", "DUK_HOBJECT_DECREF_NORZ_ALLOWNULL(thr, act->var_env);", 1, "before",
     "DUK_HOBJECT_DECREF_NORZ_ALLOWNULL(thr, act->new_target);"),
    ("duk__mark_hobject", "duk__mark_heaphdr(heap, (duk_heaphdr *) act->var_env);", 1, "before",
     "duk__mark_heaphdr(heap, (duk_heaphdr *) act->new_target);"),
    ("duk_hobject_refcount_finalize_norz", "DUK_HOBJECT_DECREF_NORZ_ALLOWNULL(thr, (duk_hobject *) act->var_env);", 1, "before",
     "DUK_HOBJECT_DECREF_NORZ_ALLOWNULL(thr, act->new_target);"),
    ("duk_push_new_target", "duk_push_tval(thr, &act->tv_func);", 1, "before",
     "if (act->new_target != NULL) { duk_push_hobject(thr, act->new_target); return; }"),
    ("duk_call_construct_postprocess", '"replacement value"));', 1, "after", "enclaved_adopt(thr);"),
    # What Proxies lack (proxies.inc.c): built-ins that meet one, accesses that need more than a trap of a plain target.
    ("duk_bi_object_getprototype_shared", "tv = DUK_GET_TVAL_POSIDX(thr, 0);", 1, "before", PROXY.format(0, 0, 1, "magic")),
    ("duk_bi_object_setprototype_shared", "/* [[SetPrototypeOf]] standard behavior, E6 9.1.2. */", 1, "before",
     PROXY.format(0, 1, 2, "magic")),
    ("duk_bi_object_constructor_is_extensible", "duk_push_boolean(thr, (h != NULL) && DUK_HOBJECT_HAS_EXTENSIBLE(h));", 1, "before",
     PROXY.format(0, 2, 1, 0)),
    ("duk_bi_object_constructor_prevent_extensions", "h = duk_require_hobject(thr, 0);", 1, "before", PROXY.format(0, 3, 1, "magic")),
    ("duk_bi_object_constructor_get_own_property_descriptor", "duk_hobject_object_get_own_property_descriptor(thr, -2);", 1, "before",
     PROXY.format(0, 4, 2, 0)),
    ("duk_bi_object_constructor_define_property", "key = duk_to_property_key_hstring(thr, 1);", 1, "before",
     PROXY.format(0, 5, 3, "magic")),
    ("duk_bi_object_constructor_keys_shared", "/* XXX: proxy chains */", 1, "before", PROXY.format(0, 6, 1, "magic")),
    ("duk_hobject_object_ownprop_helper", "ret = duk_hobject_get_own_propdesc(thr, h_obj, h_v, &desc, 0 /*flags*/);", 1, "before",
     PROXY.format(1, 7, 2, "required_desc_flags != 0")),
    ("duk_bi_object_constructor_seal_freeze_shared", "duk_seal_freeze_raw(thr, 0,", 1, "before",
     PROXY.format(0, 8, 1, "duk_get_current_magic(thr)")),
    ("duk_bi_object_constructor_is_sealed_frozen_shared", "mask = duk_get_type_mask(thr, 0);", 1, "before",
     PROXY.format(0, 9, 1, "is_frozen")),
    ("duk_bi_object_constructor_define_properties", "duk_to_object(thr, 1); /* properties object */", 1, "before",
     PROXY.format(0, 10, 2, 0)),
    ("duk_hobject_getprop", "if (DUK_UNLIKELY(DUK_HOBJECT_IS_PROXY(curr))) {", 1, "after",
     "if (enclaved_goes_deep(thr, curr, tv_key, DUK_STRIDX_GET)) return enclaved_deep_get(thr, tv_obj, tv_key);"),
    ("duk_hobject_putprop", "if (DUK_UNLIKELY(DUK_HOBJECT_IS_PROXY(orig))) {", 1, "after",
     "if (enclaved_goes_deep(thr, orig, tv_key, DUK_STRIDX_SET)) "
     "return enclaved_deep_bool(thr, 12, tv_obj, tv_key, tv_val, throw_flag);"),
    ("duk_hobject_hasprop", "if (DUK_UNLIKELY(DUK_HOBJECT_IS_PROXY(obj))) {", 1, "after",
     "if (enclaved_goes_deep(thr, obj, tv_key, DUK_STRIDX_HAS)) "
     "{ duk_bool_t deep = enclaved_deep_bool(thr, 13, tv_obj, tv_key, NULL, 0); duk_pop_unsafe(thr); return deep; }"),
    ("duk_hobject_delprop", "if (DUK_UNLIKELY(DUK_HOBJECT_IS_PROXY(obj))) {", 1, "after",
     "if (enclaved_goes_deep(thr, obj, tv_key, DUK_STRIDX_DELETE_PROPERTY)) "
     "{ rc = enclaved_deep_bool(thr, 14, tv_obj, tv_key, NULL, throw_flag); goto done_rc; }"),
    # Errors with a cause (objects.inc.c).
    ("duk_bi_error_constructor_shared", "if (!duk_is_constructor_call(thr)) {", 1, "before",
     "{ extern void enclaved_take_cause(duk_hthread *); enclaved_take_cause(thr); }"),
    # Collecting garbage.
    ("duk__mark_heaphdr", "DUK_HEAPHDR_ASSERT_VALID(h);", 1, "before", TICK.format(1)),
    ("duk__sweep_heap", "next = DUK_HEAPHDR_GET_NEXT(heap, curr);", 1, "before", TICK.format(1)),
    ("duk__sweep_stringtable", "next = h->hdr.h_next;", 1, "before", TICK.format(1)),
    ("duk__refcount_free_pending", "duk_hobject_refcount_finalize_norz(heap, (duk_hobject *) curr);", 1, "before", TICK.format(4)),
    # The ways that scripts go most, in front of the general ones (fast_*.inc.c).
    (EXECUTOR, "if (duk__executor_handle_call(thr, idx, nargs, call_flags)) {", 1, "before",
     "if (enclaved_call(thr, idx, nargs, call_flags, curr_pc)) { goto restart_execution; } "
     "if (enclaved_call_native(thr, idx, nargs, call_flags, curr_pc)) break;"),
    (EXECUTOR, "if (duk__executor_handle_call(thr, idx, (duk_idx_t) nargs, call_flags)) {", 1, "before",
     "if (enclaved_call(thr, idx, (duk_idx_t) nargs, call_flags, curr_pc)) { goto restart_execution; } "
     "if (enclaved_call_native(thr, idx, (duk_idx_t) nargs, call_flags, curr_pc)) break;"),
    ("duk__handle_call_raw", "entry_valstack_bottom_byteoff = (duk_size_t)", 1, "before",
     "if (call_flags == 0 && enclaved_call_script(thr, idx_func)) return 0;"),
    ("duk__vm_arith_add", "duk_push_tval(thr, tv_x);", 1, "before", "if (enclaved_add_texts(thr, tv_x, tv_y, idx_z)) return;"),
    (EXECUTOR, "duk_dup(thr, (duk_idx_t) idx);\n\t\t\t\tduk_xdef_prop_index_wec(thr, obj_idx, arr_idx);", 1, "before",
     "if (!enclaved_init_element(thr, duk_known_hobject(thr, obj_idx), arr_idx, DUK_GET_TVAL_POSIDX(thr, (duk_idx_t) idx))) {"),
    (EXECUTOR, "duk_xdef_prop_index_wec(thr, obj_idx, arr_idx);", 1, "after", "}"),
    (EXECUTOR, "duk_set_length(thr, obj_idx, (duk_size_t) (duk_uarridx_t) arr_idx);", 1, "instead",
     "((duk_harray *) duk_known_hobject(thr, obj_idx))->length = arr_idx;"),
    ("duk__compute_mod", "return (duk_double_t) duk_js_arith_mod", 1, "before",
     "{ double whole; if (enclaved_whole_remainder(d1, d2, &whole)) return whole; }"),
    (EXECUTOR, "duk_js_toboolean(", 4, "instead", "enclaved_truth("),
    (EXECUTOR, "tmp = duk_js_in(thr, (barg), (carg));", 1, "instead", "tmp = enclaved_in(thr, (barg), (carg), curr_pc);"),
    (EXECUTOR, "tmp = duk_js_compare_helper(", 1, "instead", "tmp = enclaved_less("),
    (EXECUTOR, "tmp = duk_js_equals(", 2, "instead", "tmp = enclaved_equals("),
    (EXECUTOR, "tmp = duk_js_strict_equals(", 2, "instead", "tmp = enclaved_strict_equals("),
    (EXECUTOR, "ret_result = duk__handle_return(thr, entry_act);", 1, "before",
     "if (enclaved_return(thr, entry_act)) { goto restart_execution; }"),
    (EXECUTOR, "\t\t * C -> key reg/const \\\n\t\t */ \\\n\t\t(void) duk_hobject_getprop(thr, (barg), (carg));", 1, "instead",
     "*/ ENCLAVED_GET_BODY(barg, carg, 1) (void) duk_hobject_getprop(thr, (barg), (carg));"),
    (EXECUTOR, "duk_tval *tv__targ; \\\n\t\t(void) duk_hobject_getprop(thr, (barg), (carg));", 1, "before",
     "ENCLAVED_GET_BODY(barg, carg, duk_is_callable_tval(thr, enclaved_found))"),
    (EXECUTOR, "(void) duk_hobject_putprop(thr, (aarg), (barg), (carg), DUK__STRICT());", 1, "before",
     "if (DUK_LIKELY(enclaved_put(thr, (aarg), (barg), (carg), curr_pc))) break;"),
    (EXECUTOR, "/* XXX: faster initialization (direct access or better primitives) */", 1, "after",
     "if (enclaved_init(thr, duk_known_hobject(thr, obj_idx), DUK_GET_TVAL_POSIDX(thr, (duk_idx_t) idx), "
     "DUK_GET_TVAL_POSIDX(thr, (duk_idx_t) idx + 1))) { idx += 2; continue; }"),
    (EXECUTOR, "(void) duk_js_getvar_activation(thr, act, name, 1 /*throw*/); /* -> [... val this] */\n\t\t\tduk_pop_unsafe", 1, "before",
     "{ duk_tval *enclaved_found = enclaved_variable(thr, act, name, curr_pc); if (DUK_LIKELY(enclaved_found != NULL)) "
     "{ tv1 = DUK__REGP_A(ins); DUK_TVAL_SET_TVAL_UPDREF_FAST(thr, tv1, enclaved_found); break; } }"),
    (EXECUTOR, "(void) duk_js_getvar_activation(thr, act, name, 1 /*throw*/); /* -> [... val this] */\n\n", 1, "before",
     "{ duk_tval *enclaved_found = enclaved_variable(thr, act, name, curr_pc); if (DUK_LIKELY(enclaved_found != NULL)) "
     "{ tv1 = DUK__REGP_A(ins); DUK_TVAL_SET_TVAL_UPDREF_FAST(thr, tv1, enclaved_found); "
     "tv1 = DUK__REGP_A(ins) + 1; DUK_TVAL_SET_UNDEFINED_UPDREF(thr, tv1); break; } }"),
    (EXECUTOR, "tv1 = DUK__REGP_A(ins); /* val */\n\t\t\tact = thr->callstack_curr;", 1, "after",
     "{ duk_tval *enclaved_found = enclaved_variable(thr, act, name, curr_pc); if (DUK_LIKELY(enclaved_found != NULL)) "
     "{ DUK_TVAL_SET_TVAL_UPDREF_FAST(thr, enclaved_found, tv1); break; } }"),
    ("duk__prepost_incdec_var_helper", "name = DUK_TVAL_GET_STRING(tv_id);", 1, "after",
     "if (enclaved_step_variable(thr, idx_dst, name, op)) return;"),
    (EXECUTOR, "rc = duk_hobject_getprop(thr, tv_obj, tv_key); /* -> [val] */", 1, "before",
     "if (enclaved_step_property(thr, tv_obj, tv_key, ins, DUK__REGP_A(ins), curr_pc)) break;"),
    # A sloppy eval that declares variables in a function's scope.
    (EXECUTOR, "if (duk_js_declvar_activation(thr, act, name, tv1, prop_flags, is_func_decl)) {", 1, "before",
     "if (!DUK_HOBJECT_HAS_NEWENV(act->func) && DUK_HOBJECT_IS_DECENV(act->var_env)) thr->heap->flags |= ENCLAVED_HEAP_DYNAMIC_SCOPES;"),
    # A function value refers to its template (fast_functions.inc.c).
    ("duk_js_push_closure", "duk__inc_data_inner_refcounts(thr, fun_temp);", 1, "instead",
     "fun_clos->origin = fun_temp; DUK_HCOMPFUNC_INCREF(thr, fun_temp);"),
    ("duk_js_push_closure", "for (i = 0; i < (duk_small_uint_t) (sizeof(duk__closure_copy_proplist)", 1, "before",
     "enclaved_dress(thr, fun_clos, fun_temp, add_auto_proto); duk_pop_unsafe(thr); return;"),
    ("duk_hobject_get_formals", "h = (duk_harray *)", 1, "before", "obj = enclaved_template_of(obj);"),
    ("duk_hobject_get_varmap", "h = duk__hobject", 1, "before", "obj = enclaved_template_of(obj);"),
    ("duk_hobject_pc2line_query", "duk_xget_owndataprop_stridx_short(thr, idx_func, DUK_STRIDX_INT_PC2LINE);", 1, "instead",
     "duk_push_hobject(thr, enclaved_template_of(duk_known_hobject(thr, idx_func))); "
     "duk_xget_owndataprop_stridx_short(thr, -1, DUK_STRIDX_INT_PC2LINE); duk_remove_m2(thr);"),
    ("duk__mark_hobject", "duk__mark_heaphdr(heap, (duk_heaphdr *) DUK_HCOMPFUNC_GET_DATA(heap, f));", 1, "before",
     "duk__mark_heaphdr(heap, (duk_heaphdr *) f->origin);"),
    ("duk__mark_hobject", "if (DUK_HCOMPFUNC_GET_DATA(heap, f) != NULL) {", 1, "before", "if (f->origin == NULL)"),
    ("duk_hobject_refcount_finalize_norz", "if (DUK_LIKELY(DUK_HCOMPFUNC_GET_DATA(heap, f) != NULL)) {", 1, "before",
     "if (f->origin != NULL) { DUK_HCOMPFUNC_DECREF_NORZ(thr, f->origin); } else if (++enclaved_scope_epoch == 0) { } else"),
    ("duk__get_own_propdesc_raw", "if (duk_hobject_find_entry(thr->heap, obj, key, &out_desc->e_idx, &out_desc->h_idx)) {", 1, "before",
     "enclaved_look_at(thr, obj, key);"),
    ("duk__preallocate_env_entries", "for (i = 0;", 1, "before", "if (enclaved_open_scope(thr, varmap, env)) return;"),
    ("duk_js_close_environment_record", "for (i = 0;", 1, "before", "if (!enclaved_close_scope(thr, varmap, (duk_hdecenv *) env))"),
    # Strings that grow, and what of Duktape reads them up to a zero (fast_strings.inc.c).
    ("duk_heap_strtable_intern", "duk_heap_hashstring(heap, str, (duk_size_t) blen)", 1, "instead", "enclaved_text_hash(heap, str, blen)"),
    ("duk__numconv_parse_raw", "p = (const duk_uint8_t *) DUK_HSTRING_GET_DATA(h_str);", 1, "before", "enclaved_terminate(thr, h_str);"),
    ("duk_bi_json_parse_helper", "js_ctx->p_start = (const duk_uint8_t *) DUK_HSTRING_GET_DATA(h_text);", 1, "before",
     "enclaved_terminate(thr, h_text);"),
    # A collection that freed too little ends the run: nothing in the heap is needed any more.
    ("duk__heap_mem_alloc_slowpath", "return NULL;", -1, "before", "ENCLAVED_EXHAUSTED(heap, size);"),
    ("duk__heap_mem_realloc_slowpath", "return NULL;", -1, "before", "ENCLAVED_EXHAUSTED(heap, newsize);"),
    ("duk__heap_mem_realloc_indirect_slowpath", "return NULL;", -1, "before", "ENCLAVED_EXHAUSTED(heap, newsize);"),
]

# Our own C, and the line of Duktape's that it stands in front of.
INCLUDES = [
    ("proxies.h", '#line 1 "duk_api_bytecode.c"'),
    ("chains.h", '#line 1 "duk_api_bytecode.c"'),
    ("fast_functions.inc.c", "DUK_INTERNAL duk_uint_fast32_t duk_hobject_pc2line_query(duk_hthread *thr, duk_idx_t idx_func, duk_uint_fast32_t pc) {"),
    ("fast_strings.inc.c", '#line 1 "duk_heap_stringtable.c"'),
    ("fast_operators.inc.c", '#line 1 "duk_js_executor.c"'),
    ("new_target.inc.c", '#line 1 "duk_js_call.c"'),
    ("fast_properties.inc.c", '#line 1 "duk_js_executor.c"'),
    ("fast_variables.inc.c", '#line 1 "duk_js_executor.c"'),
    ("fast_helpers.inc.c", '#line 1 "duk_js_executor.c"'),
    ("fast_calls.inc.c", '#line 1 "duk_js_executor.c"'),
]

# Constants of Duktape that no configuration option reaches: (exact line or its beginning, replacement).
CONSTANTS = [
    # A Proxy may be the target or the handler of another one.
    ("\tif (DUK_HOBJECT_IS_PROXY(h_target)) {\n\t\tgoto fail_args;", "\tif (0) {\n\t\tgoto fail_args;"),
    ("\tif (DUK_HOBJECT_IS_PROXY(h_handler)) {\n\t\tgoto fail_args;", "\tif (0) {\n\t\tgoto fail_args;"),
    # Typed arrays have no length of their own.
    ("} else if (key == DUK_HTHREAD_STRING_LENGTH(thr) && DUK_HBUFOBJ_HAS_VIRTUAL_INDICES(h_bufobj)) {", "} else if (0) {"),
    # `+` of strings; Duktape has this function twice.
    ("\th1 = duk_to_hstring(thr, -2);\n\th2 = duk_to_hstring(thr, -1);",
     "\tif (enclaved_concat(thr)) return; h1 = duk_to_hstring(thr, -2);\n\th2 = duk_to_hstring(thr, -1);"),
    # Of a function value: the template it was made of, null for templates, which own what their code refers to.
    ("\tduk_uint16_t nregs; /* regs to allocate */\n\tduk_uint16_t nargs; /* number of arguments allocated to regs */",
     "\tduk_hcompfunc *origin;\n\tduk_uint16_t nregs;\n\tduk_uint16_t nargs;"),
    ("#define DUK_HTHREAD_INTCTR_DEFAULT (256L * 1024L)", "#define DUK_HTHREAD_INTCTR_DEFAULT (8L * 1024L)"),
    # Collections for one allocation that fails. There are no finalizers, so the first frees all there is; the third compacts.
    ("\tfun_clos->nargs = fun_temp->nargs;", "\tfun_clos->nargs = fun_temp->nargs;\n\tfun_clos->enclaved_rest = fun_temp->enclaved_rest;\n\tfun_clos->enclaved_class = fun_temp->enclaved_class;"),
    ("\tduk_catcher *cat; /* current catcher (or NULL) */", "\tduk_catcher *cat;\n\tduk_hobject *new_target; /* null: the function itself */"),
    # Fields for what lowered.inc.c keeps.
    ("\tduk_uint8_t allow_regexp_in_adv; /* allow RegExp literal on next advance() call */",
     "\tduk_uint8_t allow_regexp_in_adv;\n\tduk_uint8_t enclaved_rest;\n\tduk_uint8_t enclaved_class;\n\tduk_uint16_t enclaved_length;\n\tduk_int_t enclaved_line;\n\tduk_hstring *enclaved_name;"),
    ("\tduk_small_uint_t op; /* bytecode opcode for binary ops */", "\tduk_small_uint_t op;\n\tduk_int_t enclaved_line;"),
    ("\tduk_uint16_t nregs;\n\tduk_uint16_t nargs;", "\tduk_uint16_t nregs;\n\tduk_uint16_t nargs;\n\tduk_uint16_t enclaved_rest;\n\tduk_uint8_t enclaved_class;\n\tduk_uint8_t enclaved_length;"),
    ("\t10 /* Retry allocation after mark-and-sweep for this \\", "\t3 /* Retry allocation after mark-and-sweep for this \\"),
]


def body_of(source, function):
    """Where the one definition of a function begins and ends."""
    found = [m for m in re.finditer(r"^(?:(?:DUK_\w+|duk_\w+|void) [^;{}()]*?)?\b%s\((?:[^;{}]*?)\) \{$" % re.escape(function), source, re.M)]
    if len(found) != 1:
        sys.exit("harden: %d definitions of %s, expected one" % (len(found), function))
    return found[0].end(), source.index("\n}", found[0].end())


def insert(source, function, anchor, times, where, statement):
    begin, end = body_of(source, function)
    body = source[begin:end]
    places = [m.start() for m in re.finditer(re.escape(anchor), body)]
    if times < 0:  # the last of them
        if not places:
            sys.exit("harden: %r is not in %s" % (anchor, function))
        places = places[-1:]
    elif len(places) != times:
        sys.exit("harden: %r stands %d times in %s, expected %d" % (anchor, len(places), function, times))
    for place in reversed(places):
        if where == "instead":
            body = body[:place] + statement + body[place + len(anchor):]
        elif where == "after":
            at = place + len(anchor)
            body = body[:at] + " " + statement + body[at:]
        else:
            body = body[:place] + statement + " " + body[place:]
    return source[:begin] + body + source[end:]


def main():
    source = open(sys.argv[1], encoding="utf-8").read()
    if "DUK_VERSION" not in source:
        sys.exit("harden: this is not Duktape's source")
    for row in ROWS:
        source = insert(source, *row)
    for file, line in INCLUDES:
        if source.count(line) != 1:
            sys.exit("harden: %r stands %d times, expected once" % (line, source.count(line)))
        source = source.replace(line, '#include "%s"\n%s' % (file, line))
    for old, new in CONSTANTS:
        if source.count(old) != 1:
            sys.exit("harden: %r stands %d times, expected once" % (old, source.count(old)))
        source = source.replace(old, new)
    with open(sys.argv[2], "w", encoding="utf-8") as out:
        out.write(source)
    print("harden: %d insertions, %d files, %d constants" % (len(ROWS), len(INCLUDES), len(CONSTANTS)))


main()
