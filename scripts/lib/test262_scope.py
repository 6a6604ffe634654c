"""Which tests of test262 are left out, each with its reason: by folder, by feature, by flag, by what the source does.

docs/TEST262.md shows these tables; whatever is in none of them is run and counted.
"""

import re

# The parts of the suite that are measured.
MEASURED = ("language", "built-ins")

MODULES = "modules: a script is one source"
DYNAMIC = "dynamic code: nothing compiles text while a script runs"
REALMS = "a second realm: a script has one global object"
SLOPPY = "sloppy mode: scripts are strict"
BIGINT = "BigInt is missing"
SHARED = "shared memory: a script has one thread"
INTL = "Intl: there is no locale data"
NEWER = "newer than ES2023"
TAILS = "proper tail calls: no large engine but one has them"
BROWSER = "a browser's document.all"
GLOBAL_CODE = "bindings of global code: a script is the body of a function"
COLLECTOR = "observes the garbage collector"

FOLDERS = {
    "language/eval-code": DYNAMIC,
    "language/export": MODULES,
    "language/global-code": GLOBAL_CODE,
    "language/import": MODULES,
    "language/module-code": MODULES,
    "language/expressions/dynamic-import": MODULES,
    "language/expressions/import.meta": MODULES,
    "language/statements/with": "`with`: not in strict code",
    "language/statements/using": NEWER,
    "language/statements/await-using": NEWER,
    "language/statements/class/decorator": NEWER,
    "language/expressions/class/decorator": NEWER,
    "built-ins/AbstractModuleSource": MODULES,
    "built-ins/AsyncDisposableStack": NEWER,
    "built-ins/Atomics": SHARED,
    "built-ins/BigInt": BIGINT,
    "built-ins/DisposableStack": NEWER,
    "built-ins/FinalizationRegistry": COLLECTOR,
    "built-ins/ShadowRealm": REALMS,
    "built-ins/SharedArrayBuffer": SHARED,
    "built-ins/SuppressedError": NEWER,
    "built-ins/Temporal": "Temporal: newer than ES2023, and large",
    "built-ins/eval": DYNAMIC,
    "language/comments/hashbang/function-constructor.js": DYNAMIC,
    "language/comments/hashbang/use-strict.js": SLOPPY,
}

FEATURES = {
    "AbstractModuleSource": MODULES,
    "Atomics": SHARED,
    "Atomics.pause": SHARED,
    "Atomics.waitAsync": SHARED,
    "BigInt": BIGINT,
    "FinalizationRegistry": COLLECTOR,
    "IsHTMLDDA": BROWSER,
    "ShadowRealm": REALMS,
    "SharedArrayBuffer": SHARED,
    "Temporal": "Temporal: newer than ES2023, and large",
    "arbitrary-module-namespace-names": MODULES,
    "canonical-tz": INTL,
    "cross-realm": REALMS,
    "dynamic-import": MODULES,
    "export-defer": MODULES,
    "export-star-as-namespace-from-module": MODULES,
    "host-gc-required": COLLECTOR,
    "import-attributes": MODULES,
    "import-bytes": MODULES,
    "import-defer": MODULES,
    "import-text": MODULES,
    "import.meta": MODULES,
    "intl-normative-optional": INTL,
    "json-modules": MODULES,
    "source-phase-imports": MODULES,
    "source-phase-imports-module-source": MODULES,
    "tail-call-optimization": TAILS,
}

# What later editions and proposals add. Those that the language has nevertheless (array grouping, the `v` flag) are not here.
NEWER_FEATURES = (
    "Array.fromAsync", "Error.isError", "Float16Array", "Iterator.prototype.join", "Math.sumPrecise", "RegExp.escape",
    "arraybuffer-transfer", "await-dictionary", "decorators", "error-stack-accessor", "explicit-resource-management",
    "immutable-arraybuffer", "iterator-chunking", "iterator-helpers", "iterator-includes", "iterator-sequencing",
    "joint-iteration", "json-parse-with-source", "legacy-regexp", "nonextensible-applies-to-private", "promise-try",
    "promise-with-resolvers", "regexp-duplicate-named-groups", "regexp-modifiers", "resizable-arraybuffer", "set-methods",
    "String.prototype.isWellFormed", "String.prototype.toWellFormed", "uint8array-base64", "upsert",
)
FEATURES.update(dict.fromkeys(NEWER_FEATURES, NEWER))

FLAGS = {
    "module": MODULES,
    "noStrict": SLOPPY,
    "CanBlockIsFalse": SHARED,
    "CanBlockIsTrue": SHARED,
}

# What a test does, found in its source without comments. A test of an early error may name these.
SOURCE = (
    (re.compile(r"\$262\s*\.\s*(createRealm|evalScript|agent)\b"), REALMS),
    (re.compile(r"(?<![\w$.])eval\s*\(|\(\s*0\s*,\s*eval\s*\)|=\s*eval\s*[;,]"), DYNAMIC),
    (re.compile(r"(?<![\w$.#])(Async)?(Generator)?Function\s*\("), DYNAMIC),
    (re.compile(r"\bextends\s+(Async)?(Generator)?Function\b|%(Async)?(Generator)?Function%"), DYNAMIC),
    (re.compile(r"\bReflect\.construct\(\s*(Async)?(Generator)?Function\b"), DYNAMIC),
    (re.compile(r"(?<![\w$.])\d[\d_]*n\b"), BIGINT),
    (re.compile(r"\bBigInt(64|U)"), BIGINT),
)
COMMENTS = re.compile(r"/\*.*?\*/|(?<!:)//[^\n]*", re.DOTALL)


def reason_against(test):
    """Why a test is left out, or None."""
    for folder, reason in FOLDERS.items():
        if test.path.startswith(folder + "/") or test.path == folder:
            return reason
    for feature in test.features:
        if feature.startswith("Intl"):
            return INTL
        if feature in FEATURES:
            return FEATURES[feature]
    for flag in test.flags:
        if flag in FLAGS:
            return FLAGS[flag]
    if test.negative_phase == "parse":
        return None
    source = COMMENTS.sub("", test.source)
    for pattern, reason in SOURCE:
        if pattern.search(source):
            return reason
    return None
