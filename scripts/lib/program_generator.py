"""Programs made from a number: the same number gives the same program, and each prints a trace of what it does.

They are meant to be hard on scopes, closures in loops, jumps out of everything, generators, async functions, destructuring and
classes. Each ends: loops count, calls burn fuel, texts and lists are clipped. Names are few, so that they shadow each other.
"""

import random

PROLOGUE = """\
let fuel = 400, lines = 0;
Function.prototype.toString = function () { return 'a function'; };
class Own extends Error { get name() { return 'Own'; } }
const burn = () => { if (--fuel < 0) throw new Own('fuel'); };
const clip = v => typeof v === 'string' ? v.slice(0, 40) : Array.isArray(v) ? v.slice(0, 6) : v;
const show = (v, d = 0) => v === null || v === undefined ? String(v) : typeof v === 'function' ? `fn ${v.name}/${v.length}`
  : typeof v === 'string' ? JSON.stringify(v.slice(0, 40)) : v instanceof Own ? `Own ${v.message}` : v instanceof Error ? v.name
  : d > 2 ? '…' : Array.isArray(v) ? `[${Array.from(v).slice(0, 8).map(x => show(x, d + 1))}]`
  : typeof v === 'object' ? `${v.constructor?.name}{${Object.keys(v).slice(0, 8).map(k => `${k}:${show(v[k], d + 1)}`)}}`
  : Object.is(v, -0) ? '-0' : String(v);
const T = (at, v) => { if (lines++ < 400) console.log(at + ' ' + show(v)); return v; };
const tag = (s, ...v) => s.raw.join('|') + ':' + v.map(x => show(x)).join();
const kept = [], pending = [];
const late = p => { pending.push(p); return 0; };
"""


class Context:
    """What code at a place may do."""

    def __init__(self, can_await=False, can_yield=False, can_return=False, has_arguments=False):
        self.can_await, self.can_yield, self.can_return, self.has_arguments = can_await, can_yield, can_return, has_arguments
        self.labels = []  # (name, is a loop), innermost last; a name of None is a loop or switch without a label


class Scope:
    def __init__(self, function=False):
        self.names = {}  # name: (type, whether it can be assigned)
        self.used = set()
        self.function = function


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.scopes = [Scope(function=True)]
        self.context = Context(can_await=True)
        self.count = 0
        self.depth = 0

    # -- chances and names

    def chance(self, percent):
        return self.random.randrange(100) < percent

    def pick(self, *choices):
        return self.random.choice(choices)

    def weighted(self, table):
        names, weights = zip(*table)
        return self.random.choices(names, weights)[0]

    def fresh(self, prefix):
        self.count += 1
        return f"{prefix}{self.count}"

    def at(self):
        self.count += 1
        return f"'{self.count}'"

    def new_name(self):
        """A name that this block has neither declared nor used so far."""
        scope = self.scopes[-1]
        free = [it for it in "abcdefgh" if it not in scope.names and it not in scope.used]
        return self.random.choice(free) if free else self.fresh("x")

    def declare(self, name, kind, assignable=True):
        self.scopes[-1].names[name] = (kind, assignable)
        return name

    def visible(self, kinds, assignable=False):
        found = {}
        for scope in self.scopes:
            for name, (kind, can) in scope.names.items():
                found[name] = kind in kinds and (can or not assignable)
        return sorted(name for name, fits in found.items() if fits)

    def use(self, name):
        for scope in reversed(self.scopes):
            if name in scope.names:
                break
            scope.used.add(name)
        return name

    def variable(self, kinds, assignable=False):
        names = self.visible(kinds, assignable)
        return self.use(self.random.choice(names)) if names else None

    # -- expressions

    def expression(self, kind=None):
        self.depth += 1
        kind = kind or self.weighted((("n", 5), ("s", 3), ("a", 3), ("o", 3), ("f", 1)))
        if self.depth > 5 or self.chance(25):
            made = self.simple(kind)
        elif self.chance(30):
            made = self.any_of(kind)
        else:
            made = getattr(self, "make_" + kind)()
        self.depth -= 1
        return made

    def simple(self, kind):
        if self.chance(70):
            name = self.variable(kind)
            if name:
                return name
        number = self.random.randrange(-3, 10)
        return {"n": f"({number})" if number < 0 else str(number), "s": f"'{self.pick('', 'p', 'qr', 'é', '😀x')}'",
                "a": f"[{number}, 2]", "o": f"({{ x: {number}, y: 'y' }})", "f": f"(() => {number})"}[kind]

    def any_of(self, kind):
        """Shapes that fit every kind."""
        e = lambda: self.expression(kind)
        shapes = [lambda: f"({self.expression('n')} > 2 ? {e()} : {e()})", lambda: f"({self.expression()}, {e()})",
                  lambda: f"T({self.at()}, {e()})", lambda: f"({self.pick('null', 'undefined', e())} ?? {e()})",
                  lambda: f"[{e()}, {self.expression()}][0]", lambda: f"({{ k: {e()} }}).k", lambda: f"(() => {e_plain(self, kind)})()"]
        name = self.variable(kind, assignable=True)
        if name:
            shapes.append(lambda: f"({name} = clip({e()}))")
            shapes.append(lambda: f"({name} {self.pick('??=', '||=', '&&=')} clip({e()}))")
        if self.context.can_await:
            shapes.append(lambda: f"(await {self.pick(e(), f'Promise.resolve({e()})', f'(async () => {e_plain(self, kind)})()')})")
        if self.context.can_yield and kind != "f":
            shapes.append(lambda: f"((yield {e()}) ?? {e()})")
        return self.random.choice(shapes)()

    def make_n(self):
        e = self.expression
        shapes = [lambda: f"({e('n')} {self.pick('+', '-', '*', '%', '|', '&', '>>')} {e('n')})", lambda: f"{e('a')}.length",
                  lambda: f"+({e('n')} < {e('n')})", lambda: f"(typeof {self.expression()}).length", lambda: f"{e('o')}?.x",
                  lambda: f"Number({e('s')})", lambda: f"Math.max({e('n')}, ...{e('a')})", lambda: f"{self.call()}",
                  lambda: f"(({e('a')})[{self.random.randrange(3)}] ?? {e('n')})", lambda: f"{e('s')}.length",
                  lambda: f"(-{e('n')}) ** 2", lambda: f"{e('o')}?.zz?.[{e('n')}].deep ?? {e('n')}"]
        name = self.variable("n", assignable=True)
        if name:
            shapes += [lambda: f"{name}{self.pick('++', '--')}", lambda: f"++{name}",
                       lambda: f"({name} {self.pick('+=', '-=', '*=', '%=')} {e('n')})"] * 2
        if self.context.has_arguments:
            shapes.append(lambda: "arguments.length")
        return f"({self.random.choice(shapes)()})"

    def make_s(self):
        e = self.expression
        return self.random.choice([
            lambda: f"`{self.pick('', 'u')}${{{self.printable()}}}-${{{e('n')}}}`", lambda: f"({e('s')} + {self.printable()})",
            lambda: f"{e('s')}.slice({e('n')})", lambda: f"show({self.expression()})", lambda: f"tag`m${{{self.expression()}}}\\n`",
            lambda: f"{e('s')}.replace(/./u, m => m + {self.printable_plain()})", lambda: f"{e('a')}.join('/')",
            lambda: f"(typeof {self.expression()})"])()

    def printable(self):
        return self.expression(self.pick("n", "s"))

    def printable_plain(self):
        return e_plain(self, self.pick("n", "s"))

    def make_a(self):
        e = self.expression
        return self.random.choice([
            lambda: f"[{e('n')}, {self.expression()}, ...{e('a')}]", lambda: f"[...{e('s')}].slice(0, 3)",
            lambda: f"{e('a')}.map((m, i) => {e_plain(self, 'n')} + i)", lambda: f"Object.entries({e('o')}).flat()",
            lambda: f"{e('a')}.filter(m => m !== {e_plain(self, 'n')})", lambda: f"Array.from({{ length: 2 }}, (_, i) => i + {e_plain(self, 'n')})",
            lambda: self.spread_generator(), lambda: f"(([p, q = {e_plain(self, 'n')}, ...r]) => [r, q, p])({e('a')})"])()

    def spread_generator(self):
        name = self.variable(("gen",))
        return f"[...{name}({self.expression('n')})].slice(0, 5)" if name else f"[{self.expression('n')}]"

    def make_o(self):
        e = self.expression
        name = self.variable(("cls",))
        shapes = [lambda: f"({{ x: {e('n')}, [{e('s')}]: {self.expression()}, ...{e('o')} }})",
                  lambda: f"({{ x: {e('n')}, get y() {{ return T({self.at()}, {e_plain(self, 'n')}); }} }})",
                  lambda: f"Object.assign({{}}, {e('o')}, {{ y: {self.expression()} }})",
                  lambda: f"(({{ x, ...rest }}) => rest)({e('o')})"]
        if name:
            shapes += [lambda: f"new {name}({e('n')})"] * 3
        return self.random.choice(shapes)()

    def make_f(self):
        return f"({self.function_text('arrow', '')})"

    def call(self):
        choice = self.random.choice(["fn", "afn", "obj", "f"])
        if choice == "fn" and (name := self.variable(("fn",))):
            arguments = ", ".join(self.expression() for _ in range(self.random.randrange(3)))
            return f"Number({self.pick(f'{name}({arguments})', f'{name}?.({arguments})', f'{name}(...{self.expression(chr(97))})')})"
        if choice == "afn" and (name := self.variable(("afn",))):
            if self.context.can_await and self.chance(70):
                return f"Number(await {name}({self.expression()}))"
            return f"late({name}({self.expression()}).then(v => T({self.at()}, v), e => T({self.at()}, e)))"
        if choice == "obj" and (name := self.variable(("cls",))):
            return f"Number(new {name}({self.expression('n')}).m({self.expression('n')}))"
        return f"Number({self.expression('f')}({self.expression('n')}))"

    # -- functions and classes

    def within(self, context, scope):
        """Runs the rest in a function of its own."""
        generator = self

        class Within:
            def __enter__(self):
                self.kept = generator.context, generator.depth
                generator.context = context
                generator.scopes.append(scope)

            def __exit__(self, *_):
                generator.context, generator.depth = self.kept
                inner = generator.scopes.pop()
                generator.scopes[-1].used |= inner.used - set(inner.names)

        return Within()

    def parameters(self):
        made = []
        for _ in range(self.random.randrange(4)):
            shape = self.random.randrange(6)
            value = self.expression("n")
            if shape == 0:
                made.append(f"{{ x: {self.declare(self.new_name(), 'n')} = {value} }} = {{}}")
            elif shape == 1:
                made.append(f"[{self.declare(self.new_name(), 'n')} = {value}] = []")
            elif shape == 2:
                made.append(f"{self.declare(self.new_name(), 'n')} = {value}")
            elif shape == 3:
                made.append(f"{self.declare(self.new_name(), 'f')} = () => {value}")
            else:
                made.append(self.declare(self.new_name(), "n"))
        if self.chance(20):
            made.append(f"...{self.declare(self.new_name(), 'a')}")
        return ", ".join(made)

    def function_text(self, shape, name):
        """shape: arrow, function, gen, async, agen, method."""
        is_async, is_generator = shape in ("async", "agen"), shape in ("gen", "agen")
        arrow = shape == "arrow"
        outer = self.context
        with self.within(Context(has_arguments=outer.has_arguments if arrow else True), Scope(function=True)):
            parameters = self.parameters()
            self.context.can_await, self.context.can_yield, self.context.can_return = is_async, is_generator, True
            if arrow and self.chance(50):
                return f"({parameters}) => {self.expression('n')}"
            body = self.body(self.random.randrange(1, 4))
        body = "{ burn(); " + body + " }"
        if arrow:
            return f"({parameters}) => {body}"
        if shape == "method":
            return f"{name}({parameters}) {body}"
        return f"{'async ' if is_async else ''}function{'*' if is_generator else ''} {name}({parameters}) {body}"

    def body(self, statements):
        made = [self.statement() for _ in range(statements)]
        if self.context.can_return and self.chance(70):
            made.append(f"return {self.expression()};")
        return "\n".join(made)

    def class_text(self, name):
        base = self.variable(("cls",)) if self.chance(40) else None
        with self.within(Context(), Scope(function=True)):
            members = [f"#p = {self.expression('n')};", f"x = {self.expression()};",
                       f"static s = T({self.at()}, {self.expression('n')});", self.function_text("method", "m"),
                       f"get g() {{ return T({self.at()}, this.#p); }} set g(v) {{ T({self.at()}, v); this.#p = v; }}",
                       f"static {{ T({self.at()}, this.s); }}", f"[{self.expression('s')}] = {self.expression('n')};",
                       f"arrow = () => this.x;", f"#q(v) {{ return this.#p += v; }} bump() {{ return this.#q({self.expression('n')}); }}",
                       f"*[Symbol.iterator]() {{ yield this.#p; yield* [this.x]; }}"]
            chosen = [it for it in members[2:] if self.chance(50) or it.startswith("m(")]
            superm = f" n() {{ return [super.m?.(1), super.g]; }}" if base else ""
            constructor = f"constructor(v) {{ {'super(v);' if base else ''} T({self.at()}, new.target.name); this.#p += v; }}"
        self.random.shuffle(chosen)
        return f"class {name}{f' extends {base}' if base else ''} {{\n{members[0]} {members[1]} {constructor}{superm}\n" + "\n".join(chosen) + "\n}"

    # -- statements

    def block(self, statements=None, names=()):
        self.scopes.append(Scope())
        for name, kind, assignable in names:
            self.declare(name, kind, assignable)
        made = "\n".join(self.statement() for _ in range(statements or self.random.randrange(1, 4)))
        if self.chance(25):
            made += "\n" + self.jump()
        inner = self.scopes.pop()
        self.scopes[-1].used |= inner.used - set(inner.names)
        return "{\n" + made + "\n}"

    def jump(self):
        """Leaves a loop, a labelled block or the function, now and then."""
        choices = []
        for name, is_loop in self.context.labels:
            if name:
                choices.append(f"break {name};")
                if is_loop:
                    choices.append(f"continue {name};")
        if self.context.labels and self.context.labels[-1][1] is not None:
            innermost = [is_loop for name, is_loop in self.context.labels if is_loop or name is None]
            if innermost:
                choices.append("break;")
            if any(is_loop for _, is_loop in self.context.labels):
                choices.append("continue;")
        if self.context.can_return:
            choices.append(f"return {self.expression()};")
        choices.append(f"throw new Own({self.at()});")
        jump = self.random.choice(choices)
        return f"if ({self.expression('n')} > {self.random.randrange(4)}) {jump}" if self.chance(80) else jump

    def statement(self):
        self.depth += 1
        deep = self.depth > 4
        kind = self.weighted((("trace", 6), ("declaration", 6), ("assignment", 4), ("call_kept", 1), ("keep", 3),
                              *((it, 0 if deep else weight) for it, weight in (
                                  ("branch", 3), ("loop", 6), ("attempt", 4), ("function", 4), ("class", 1), ("labelled", 2),
                                  ("switch", 2), ("nested", 1), ("dead_zone", 1), ("drive", 2), ("stream", 2)))))
        made = getattr(self, "state_" + kind)()
        self.depth -= 1
        return made

    def state_trace(self):
        return f"T({self.at()}, {self.expression()});"

    def state_declaration(self):
        kind = self.pick("n", "n", "s", "a", "o", "f")
        value = self.expression(kind)
        word = self.pick("let", "let", "const", "var")
        if self.chance(30):
            return self.pattern_declaration(word)
        name = self.fresh("v") if word == "var" else self.new_name()
        self.declare(name, kind, word != "const")
        return f"{word} {name} = clip({value});"

    def pattern_declaration(self, word):
        def name(kind):
            made = self.fresh("v") if word == "var" else self.new_name()
            return self.declare(made, kind, word != "const")
        first, second, third = (self.expression(it) for it in "nna")
        source = self.expression(self.pick("a", "o"))
        if source.startswith(("[", "T")) or self.chance(50):
            return f"{word} [{name('n')} = {first}, , ...{name('a')}] = [...{third}, {second}];"
        return f"{word} {{ x: {name('n')} = {first}, y: {{ z: {name('n')} = {second} }} = {{}}, ...{name('o')} }} = {{ ...{source} }};"

    def state_assignment(self):
        kind = self.pick("n", "s", "a", "o")
        name = self.variable(kind, assignable=True)
        if not name:
            return self.state_trace()
        if self.chance(25):
            other = self.variable(kind, assignable=True)
            return f"[{name}, {other}] = [{other}, {self.expression(kind)}];"
        if kind == "o":
            return f"{name}.{self.pick('x', 'y', 'z')} {self.pick('=', '+=', '??=', '||=')} {self.expression('n')};"
        return f"{name} = clip({self.expression(kind)});"

    def state_keep(self):
        return f"kept.push(() => {self.expression_of_closure()});"

    def expression_of_closure(self):
        return e_plain(self, self.pick("n", "s", "a"))

    def state_call_kept(self):
        return f"for (const f of kept.splice(0, 4)) T({self.at()}, f());"

    def state_branch(self):
        other = f" else {self.block()}" if self.chance(50) else ""
        return f"if ({self.expression()}) {self.block()}{other}"

    def looped(self, head, names=(), tail="", label=None):
        self.context.labels.append((label, True))
        before = f"{label}: " if label else ""
        made = f"{before}{head} {self.block(names=names)}{tail}"
        self.context.labels.pop()
        return made

    def state_loop(self, label=None):
        i = self.fresh("i")
        shape = self.random.randrange(8)
        times = self.random.randrange(1, 4)
        if shape <= 1:
            capture = f", g{i} = () => {i}" if self.chance(20) else ""
            if capture and self.chance(50):
                return self.looped(f"for (let {i} = 0{capture}; {i} < {times}; kept.push(g{i}), {i}++)", [(i, "n", False)], label=label)
            return self.looped(f"for (let {i} = 0{capture}; {i} < {times}; {i}++)", [(i, "n", False)], label=label)
        if shape == 2:
            word = self.pick("const", "let", "var")
            return self.looped(f"for ({word} {i} of {self.expression('a')}.slice(0, 3))", [(i, "n", word != "const")], label=label)
        if shape == 3:
            j = self.fresh("j")
            source = self.pick(f"new Map([[{self.expression('n')}, {self.expression('n')}]])", f"Object.entries({self.expression('o')}).slice(0, 3)",
                               f"{self.expression('a')}.slice(0, 2).entries()")
            return self.looped(f"for (const [{i}, {j} = {self.expression('n')}] of {source})", [(i, "n", False), (j, "n", False)], label=label)
        if shape == 4:
            return self.looped(f"for (const {i} in {self.expression('o')})", [(i, "s", False)], label=label)
        if shape == 5:
            return f"let {i} = 0; " + self.looped(f"while ({i}++ < {times})", [(i, "n", False)], label=label)
        if shape == 6:
            if label is None:
                return f"let {i} = 0; " + self.looped("do", [(i, "n", False)], f" while (++{i} < {times});")
        if self.context.can_await and self.chance(40):
            return self.looped(f"for await (const {i} of [{self.expression('n')}, Promise.resolve({self.expression('n')})])", [(i, "n", False)], label=label)
        generator = self.variable(("gen",))
        source = f"{generator}({self.expression('n')})" if generator else f"new Set({self.expression('a')}.slice(0, 3))"
        return self.looped(f"for (const {i} of {source})", [(i, "n", False)], label=label)

    def state_labelled(self):
        label = self.fresh("L")
        if self.chance(60):
            made = self.state_loop(label)
            return made
        self.context.labels.append((label, False))
        made = f"{label}: {self.block()}"
        self.context.labels.pop()
        return made

    def state_switch(self):
        value = self.expression("n")
        self.context.labels.append((None, False))
        self.scopes.append(Scope())
        cases = []
        for number in range(3):
            test = "default" if number == 1 else f"case {self.expression('n')}"
            self.scopes.append(Scope())
            inner = self.pick(f"T({self.at()}, {self.expression()});", "{ " + self.state_declaration() + " " + self.state_keep() + " }")
            self.scopes.pop()
            cases.append(f"{test}: {inner} {self.pick('break;', '')}")
        self.scopes.pop()
        self.context.labels.pop()
        return f"switch ({value}) {{\n" + "\n".join(cases) + "\n}"

    def state_nested(self):
        return self.block()

    def state_attempt(self):
        attempted = self.block()
        error = self.fresh("e")
        caught = f" catch ({error}) {self.block(names=[(error, 'err', False)]).replace('{', '{ T(' + self.at() + ', ' + error + ');', 1)}" if self.chance(80) else ""
        finished = f" finally {self.block(1)}" if not caught or self.chance(50) else ""
        return f"try {attempted}{caught}{finished}"

    def state_dead_zone(self):
        name = self.new_name()
        value = self.expression("n")
        self.declare(name, "n")
        use = self.pick(f"T({self.at()}, {name})", f"{name} = 1", f"typeof {name}", f"(() => {name}++)()", f"[{name}] = [1]")
        return f"try {{ {use}; }} catch (e) {{ T({self.at()}, e); }} let {name} = {value};"

    def state_function(self):
        shape, kind = self.pick(("function", "fn"), ("gen", "gen"), ("async", "afn"), ("agen", "agen"), ("arrow", "fn"))
        name = self.fresh("f")
        if shape == "arrow":
            text = f"const {name} = {self.function_text('arrow', '')};"
        else:
            text = self.function_text(shape, name)
        self.declare(name, kind, False)
        return text

    def state_class(self):
        name = self.fresh("K")
        text = self.class_text(name)
        self.declare(name, "cls", False)
        return text

    def state_drive(self):
        """A generator resumed by hand in its three ways."""
        name = self.variable(("gen",))
        if not name:
            return self.state_trace()
        it = self.fresh("it")
        ways = [self.pick(f"next({self.expression('n')})", f"return({self.expression('n')})", f"throw(new Own({self.at()}))", "next()")
                for _ in range(3)]
        calls = " ".join(f"try {{ T({self.at()}, {it}.{way}); }} catch (e) {{ T({self.at()}, e); }}" for way in ways)
        return f"{{ const {it} = {name}({self.expression('n')}); {it}.next(); {calls} }}"

    def state_stream(self):
        name = self.variable(("agen",))
        if not name or not self.context.can_await:
            return self.state_function()
        if self.chance(40):
            last = self.pick("return(2)", "throw(new Own(3))", "next()")
            return (f"T({self.at()}, await Promise.allSettled((it => [it.next(1), it.next(), it.{last}, it.next()])"
                    f"({name}({self.expression('n')}))));")
        i = self.fresh("i")
        return self.looped(f"for await (const {i} of {name}({self.expression('n')}))", [(i, "n", False)])

    def whole(self):
        units = []
        for _ in range(self.random.randrange(2, 5)):
            for _ in range(self.random.randrange(3)):
                units.append(self.state_function() if self.chance(75) else self.state_class())
            units.append(f"try {self.block(self.random.randrange(2, 5))} catch (e) {{ T('unit', e); }}")
        units.append("await Promise.allSettled(pending);\nfor (const f of kept) try { T('kept', f()); } catch (e) { T('kept', e); }")
        return PROLOGUE + "\n".join(units) + "\n"


def e_plain(generator, kind):
    """An expression inside a function of its own: nothing of the outer one may be awaited, yielded or left."""
    with generator.within(Context(has_arguments=generator.context.has_arguments), Scope(function=True)):
        return generator.expression(kind)


def program(seed):
    return Generator(seed).whole()
