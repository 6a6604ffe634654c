enum A { B, C = 1 << 2, D = C | A.B, "E" = "e", F = -1 }
const enum G { H = 1.5 }
class I { constructor(private j: K, public l = 1) {} }
