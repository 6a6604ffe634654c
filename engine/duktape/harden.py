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
SANITY = "if (DUK_UNLIKELY(sanity-- == 0)) {"
COMPARE = "if (duk_memcmp((const void *) p, (const void *) q_start, (size_t) q_blen) == 0) {"

EXECUTOR = "duk__js_execute_bytecode_inner"

# (function, anchor, times, "before", "after" or "instead", statement)
ROWS = [
    # Regular expressions: a step each, and a new match attempt at each offset of the input.
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
    # Collecting garbage.
    ("duk__mark_heaphdr", "DUK_HEAPHDR_ASSERT_VALID(h);", 1, "before", TICK.format(1)),
    ("duk__sweep_heap", "next = DUK_HEAPHDR_GET_NEXT(heap, curr);", 1, "before", TICK.format(1)),
    ("duk__sweep_stringtable", "next = h->hdr.h_next;", 1, "before", TICK.format(1)),
    ("duk__refcount_free_pending", "duk_hobject_refcount_finalize_norz(heap, (duk_hobject *) curr);", 1, "before", TICK.format(4)),
    # The ways that scripts go most, in front of the general ones (fast_*.inc.c).
    (EXECUTOR, "if (duk__executor_handle_call(thr, idx, nargs, call_flags)) {", 1, "before",
     "if (call_flags == DUK_CALL_FLAG_ALLOW_ECMATOECMA && enclaved_call(thr, idx, nargs, curr_pc)) { goto restart_execution; }"),
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
    # A collection that freed too little ends the run: nothing in the heap is needed any more.
    ("duk__heap_mem_alloc_slowpath", "return NULL;", -1, "before", "ENCLAVED_EXHAUSTED(heap, size);"),
    ("duk__heap_mem_realloc_slowpath", "return NULL;", -1, "before", "ENCLAVED_EXHAUSTED(heap, newsize);"),
    ("duk__heap_mem_realloc_indirect_slowpath", "return NULL;", -1, "before", "ENCLAVED_EXHAUSTED(heap, newsize);"),
]

# Our own C, and the line of Duktape's that it stands in front of.
INCLUDES = [
    ("fast_properties.inc.c", "DUK_LOCAL DUK_NOINLINE DUK_HOT void %s(" % EXECUTOR),
    ("fast_calls.inc.c", "DUK_LOCAL DUK_NOINLINE DUK_HOT void %s(" % EXECUTOR),
]

# Constants of Duktape that no configuration option reaches: (exact line or its beginning, replacement).
CONSTANTS = [
    ("#define DUK_HTHREAD_INTCTR_DEFAULT (256L * 1024L)", "#define DUK_HTHREAD_INTCTR_DEFAULT (8L * 1024L)"),
    # Collections for one allocation that fails. There are no finalizers, so the first frees all there is; the third compacts.
    ("\t10 /* Retry allocation after mark-and-sweep for this \\", "\t3 /* Retry allocation after mark-and-sweep for this \\"),
]


def body_of(source, function):
    """Where the one definition of a function begins and ends."""
    found = [m for m in re.finditer(r"^(?:DUK_\w+ [^;{}()]*?)?\b%s\((?:[^;{}]*?)\) \{$" % re.escape(function), source, re.M)]
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
