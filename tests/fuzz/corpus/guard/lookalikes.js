const а = 1; const a‮ = 2; let ​x; // ⁦
