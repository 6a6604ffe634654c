interface User { name: string; age?: number; readonly tags: string[]; fn(a: number): void }
type Id = string | number; type Fn<T> = (a: T, b?: number) => Promise<T>; type M = { [K in keyof User]?: User[K] };
type C = A extends B ? X : Y
declare const foo: string;
declare function bar(x: number): void;
const x: number = 5, y: Array<Map<string, number[]>> = [];
function f<T extends object = {}>(this: Foo, a: T, b?: string, ...rest: number[]): a is string { return a as unknown as string; }
function over(a: string): void;
function over(a: number): void;
function over(a: any) { return a!; }
const g = async (a: number, b?: string): Promise<void> => { await a; };
const h = <T,>(x: T): T => x;
const k = async <T>(x: T) => x;
class A<T> extends B<T> implements C, D<string> { private x: number = 1; readonly y?: string; static readonly z: number = 2; public static async foo<T>(a: T): Promise<T> { return a } declare q: string; abstract m(): void; [key: string]: any; constructor(private readonly a: string, public b = 2) { super(); } get v(): number { return 1 } foo!: string; override bar(): void {} }
const m = new Map<string, number>(); const s = f<number>(1); const v = a < b; if (i < n && j > (k)) {}
const m2 = new Map<string, number>(); const s = f<number>(1); const v = a < b; if (i < n && j > (k)) {} let q = (obj as any).foo!.bar;
