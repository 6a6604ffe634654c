// Classes: inheritance, super, accessors, private and static members, many small objects.
class Shape {
  #name;
  static made = 0;
  constructor(name) { this.#name = name; Shape.made++; }
  get name() { return this.#name; }
  area() { return 0; }
  describe() { return this.name + this.area(); }
}
class Rect extends Shape {
  width = 1;
  constructor(width, height) { super('rect'); this.width = width; this.height = height; }
  area() { return this.width * this.height; }
}
class Square extends Rect {
  constructor(side) { super(side, side); }
  area() { return super.area() + 0; }
}
class Stack {
  #items = [];
  push(item) { this.#items.push(item); return this; }
  pop() { return this.#items.pop(); }
  get size() { return this.#items.length; }
}
let sum = 0;
for (let i = 0; i < 6000; i++) {
  const shape = i % 2 ? new Rect(i, 2) : new Square(i % 100);
  sum += shape.area() + shape.describe().length;
}
const stack = new Stack();
for (let i = 0; i < 15000; i++) {
  stack.push(i);
  if (i % 3 === 0) sum += stack.pop();
}
class Node { constructor(value) { this.value = value; this.left = null; this.right = null; } }
class Tree {
  root = null;
  size = 0;
  add(value) {
    let at = this.root;
    if (at === null) { this.root = new Node(value); this.size++; return; }
    for (;;) {
      if (value === at.value) return;
      const side = value < at.value ? 'left' : 'right';
      if (at[side] === null) { at[side] = new Node(value); this.size++; return; }
      at = at[side];
    }
  }
  *values(at = this.root) { if (at !== null) { yield* this.values(at.left); yield at.value; yield* this.values(at.right); } }
}
const tree = new Tree();
for (let i = 0; i < 2000; i++) tree.add((i * 7919) % 2003);
let last = -1;
for (const value of tree.values()) { sum += value > last ? 1 : 0; last = value; }
return sum + stack.size + tree.size + Shape.made;
