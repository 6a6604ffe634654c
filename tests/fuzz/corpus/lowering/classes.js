class A { #p = 1; static s = 2; static { console.log(this.s); } get p() { return this.#p; } set p(v) { this.#p = v; } static #q() { return 3; } static q() { return A.#q(); } [(o => #p in o)({})]() { return 1; } }
class B extends A { constructor() { super(); this.p++; } m() { return super.p; } } console.log(new B().m(), A.q());
