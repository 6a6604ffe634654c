// Loops over numbers and arrays: sieve, matrix product, bits, floating point.
function sieve(limit) {
  var composite = [], count = 0, i, j;
  for (i = 0; i <= limit; i++) composite.push(false);
  for (i = 2; i <= limit; i++) {
    if (composite[i]) continue;
    count++;
    for (j = i * 2; j <= limit; j += i) composite[j] = true;
  }
  return count;
}
function matrix(n, seed) {
  var rows = [], i, j;
  for (i = 0; i < n; i++) {
    rows[i] = [];
    for (j = 0; j < n; j++) rows[i][j] = (i * j + seed) % 10;
  }
  return rows;
}
function product(a, b, n) {
  var sum = 0;
  for (var i = 0; i < n; i++)
    for (var j = 0; j < n; j++) {
      var cell = 0;
      for (var k = 0; k < n; k++) cell += a[i][k] * b[k][j];
      sum += cell;
    }
  return sum;
}
function bits(n) {
  var total = 0;
  for (var i = 0; i < n; i++) {
    var x = i;
    while (x) {
      total += x & 1;
      x >>>= 1;
    }
  }
  return total;
}
function mandelbrot(n) {
  var inside = 0;
  for (var y = 0; y < n; y++)
    for (var x = 0; x < n; x++) {
      var cr = 3 * x / n - 2, ci = 2 * y / n - 1, zr = 0, zi = 0, left = 50;
      while (left > 0 && zr * zr + zi * zi < 4) {
        var t = zr * zr - zi * zi + cr;
        zi = 2 * zr * zi + ci;
        zr = t;
        left--;
      }
      if (left === 0) inside++;
    }
  return inside;
}
return sieve(40000) + product(matrix(40, 1), matrix(40, 2), 40) + bits(20000) + mandelbrot(60);
