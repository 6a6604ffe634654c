let w!: string; let o = { a: 1 } satisfies Foo; for (const x of y as string[]) {}
try {} catch (e: unknown) {}
const c = a ? (b) : d; const cc = a ? (b, c) : (d); const c3 = a ? x => (y) : z; const c4 = a ? (x: number) => x : y;
const { data, error }: { data: any; error?: string } = await foo();
users.map((u: User) => u.name).filter((x): x is string => !!x).reduce<number>((a, b) => a + b, 0);
type T1 = `a${string}b`; let fn: typeof foo.bar; let n: -1 | 'a' | null; let t: [a: string, b?: number]; let u: new (...args: any[]) => Foo;
abstract class X { abstract foo(): void; protected abstract x: number; bar() { return 1 } }
enumX = 3; type = 4; declare = 5; let as = 1; as as any; interface1 = 3
const res = await Promise.all<string>(xs); x = y as const; foo(a as B, c as D); if (x < y || z > w) {}
async function* g(): AsyncGenerator<number, void, unknown> { yield 1 }
const f2 = function <T>(a: T): void {}; const ob = { m<T>(a: T): T { return a }, async n(): Promise<void> {}, get p(): string { return '' } };
let big: Record<string, Array<Promise<Map<string, Set<number>>>>> = {}; a = b ? c : d; (a, b): number => 1; () : void => {}; (): {a: string} => ({a: ''})
export1 = a!.b![c]!; f!(x); a! += 1
