if (a) {} elif (b) {
  let a; let a;